import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import { i18n } from "@shell/i18n";
import "./public.css";

const Invite = lazy(async () => ({ default: (await import("./invite")).Invite }));
const Setup = lazy(async () => ({ default: (await import("./setup")).Setup }));
const SignIn = lazy(async () => ({ default: (await import("./sign_in")).SignIn }));

export function open(root: HTMLElement) {
  const Page = location.pathname.startsWith("/setup") ? Setup : location.pathname.startsWith("/join") ? Invite : SignIn;
  createRoot(root).render(<StrictMode><I18nextProvider i18n={i18n}><Suspense><Page /></Suspense></I18nextProvider></StrictMode>);
}
