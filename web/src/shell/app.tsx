import { ConfigProvider } from "antd";
import enGB from "antd/locale/en_GB";
import zhCN from "antd/locale/zh_CN";
import zhTW from "antd/locale/zh_TW";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, useMemo, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider, useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { Problem } from "./api/problem";
import { isDark, subscribeAppearance } from "./appearance";
import { i18n, type Language } from "./i18n";
import { usePhone } from "./parts";
import { router } from "./router";
import { allowOwnStyles, nonce } from "./nonce";
import { antTheme } from "./theme";
import "./shell.css";
import "./parts.css";

const antLocale: Record<Language, typeof zhCN> = { "zh-Hans": zhCN, "zh-Hant": zhTW, en: enGB };

const client = new QueryClient({ defaultOptions: { queries: {
  refetchOnWindowFocus: false,
  // What the server refused stays refused; what did not reach it is tried again.
  retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status > 0 && error.status < 500),
} } });

function App() {
  const { i18n: current } = useTranslation();
  const phone = usePhone();
  const dark = useSyncExternalStore(subscribeAppearance, isDark);
  const theme = useMemo(() => antTheme(dark, phone), [dark, phone]);
  return (
    <ConfigProvider csp={{ nonce }} theme={theme} locale={antLocale[current.language as Language]}
      wave={{ disabled: true }} button={{ autoInsertSpace: false }} variant="outlined">
      <QueryClientProvider client={client}><RouterProvider router={router} /></QueryClientProvider>
    </ConfigProvider>
  );
}

export function open(root: HTMLElement) {
  allowOwnStyles();
  createRoot(root).render(<StrictMode><I18nextProvider i18n={i18n}><App /></I18nextProvider></StrictMode>);
}
