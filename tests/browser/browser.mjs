// A real server and a real browser for the tests here: started on any free port with an empty home, driven by
// playwright-core, ended by their own process ids.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(join(root, "web/package.json"));
export const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const shanqi = process.env.SHANQI ?? join(root, "build/release/shanqi");
const startSecondsMax = 30;

export class Server {
  constructor(home = mkdtempSync(join(tmpdir(), "shanqi-browser-"))) {
    this.home = home;
    this.port = 0;
  }

  // Resolves with what it printed: the address, and on the first start the setup link.
  async start() {
    const environment = { ...process.env, HOME: this.home, LANG: "zh_CN.UTF-8" };
    delete environment.LC_ALL;
    const log = openSync(join(this.home, "server.log"), "a");
    this.process = spawn(shanqi, ["serve", "--port", String(this.port), "--web", join(root, "web/dist")],
      { env: environment, stdio: ["ignore", "pipe", log] });
    this.ended = new Promise((resolve) => this.process.once("exit", resolve));
    let said = "";
    await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not open: ${said}`)), startSecondsMax * 1000);
      this.process.stdout.on("data", (piece) => {
        said += piece;
        if (/https?:\/\/[\d.]+:\d+/.test(said) && said.endsWith("\n")) { clearTimeout(timer); resolve(); }
      });
      this.process.once("exit", (code) => { clearTimeout(timer); reject(new Error(`the server ended with ${code}: ${said}${readFileSync(join(this.home, "server.log"), "utf8")}`)); });
    });
    this.address = /https?:\/\/[\d.]+:\d+/.exec(said)[0];
    this.port = Number(new URL(this.address).port); // the same again after a restart
    this.link = /https?:\/\/\S+\/setup#\S+/.exec(said)?.[0];
    return this;
  }

  async stop(signal = "SIGTERM") {
    this.process.kill(signal);
    await this.ended;
  }

  async end() {
    if (this.process && this.process.exitCode === null && this.process.signalCode === null) await this.stop("SIGKILL");
    rmSync(this.home, { recursive: true, force: true });
  }
}

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--proxy-server=direct://"] });
}

// Every page notes what broke the Content-Security-Policy and what ended in the console as an error.
export async function openPage(browser, server, { width = 1440, height = 900, locale = "zh-CN", colorScheme = "light" } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme, baseURL: server.address,
    timezoneId: "Asia/Shanghai", acceptDownloads: true, deviceScaleFactor: width < 500 ? 2 : 1 });
  const page = await context.newPage();
  page.faults = [];
  page.setDefaultTimeout(20_000);
  await page.addInitScript(() => {
    globalThis.policyFaults = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      globalThis.policyFaults.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ""}:${event.lineNumber}`));
  });
  page.on("pageerror", (error) => page.faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    // Chromium writes every reply of 400 and above there; those are looked at where they matter.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) page.faults.push(`console: ${message.text()}`);
  });
  return page;
}

export async function policyFaults(page) {
  return page.evaluate(() => globalThis.policyFaults);
}

// axe-core's findings that hinder people: serious and critical. Evaluated through the debugger, so that the page's
// Content-Security-Policy stands as it is.
export async function axeFaults(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 4).map(({ html, failureSummary }) => `    ${html.slice(0, 200)} — ${failureSummary.replaceAll("\n", " ").slice(0, 240)}`).join("\n")}`);
}

// The page has what it asked for: no skeleton, no request on its way.
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector("[aria-busy=true]"));
  await page.waitForLoadState("load");
  await page.evaluate(() => Promise.all(document.getAnimations().filter(({ effect }) => effect.getTiming().iterations !== Infinity).map(({ finished }) => finished.catch(() => null))));
}
