// Decides what to load: people outside get a light bundle without Ant Design, the office gets the back office.
import "@shell/tokens.css";
import { startAppearance } from "@shell/appearance";
import { startLanguage } from "@shell/i18n";

const outside = /^\/(sign-in|setup|join)\/?$/;

async function start() {
  startAppearance();
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no #root");
  if (outside.test(location.pathname)) {
    const [{ open }] = await Promise.all([import("./public/entry"), startLanguage(["public", "single_sign_on"])]);
    open(root);
  } else {
    const [{ open }] = await Promise.all([import("@shell/app"),
      startLanguage(["shell", "today", "documents", "accounts", "operations", "setup", "single_sign_on"])]);
    open(root);
  }
}

void start();
