// Jobs that outlive the server, the audit log, languages, keyboard, and axe-core on every page at both widths.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeFaults, openBrowser, openPage, policyFaults, Server, settled } from "./browser.mjs";
import { figure, openFromSearch, orderSealing, prepareSamples, setUp } from "./office.mjs";

let server, browser, page, run;
before(async () => {
  server = await new Server().start();
  browser = await openBrowser();
  page = await openPage(browser, server);
  await setUp(page, server);
});
after(async () => { await browser?.close(); await server?.end(); });

test("the server is killed in the middle of a run: the page goes on by itself when it is back, nothing is sealed twice", async () => {
  const promised = await prepareSamples(page);
  await orderSealing(page, { byDragging: true });
  run = new URL(page.url()).pathname;
  await server.stop("SIGKILL");
  await server.start();
  await page.getByRole("heading", { name: /^试用盖章完成/ }).waitFor({ timeout: 180_000 });
  assert.equal(await figure(page, "已盖章") + await figure(page, "未盖章"), 3800);
  assert.equal(await figure(page, "已盖章"), promised);
  page.faults.length = 0; // the connection that broke is told in the console
});

test("jobs: the run is there with its progress; a job's drawer opens by keyboard", async () => {
  await page.goto("/settings/jobs");
  await settled(page);
  const job = page.getByRole("button", { name: "批量盖章" }).first();
  await job.focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog");
  await drawer.getByText("已完成").first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "hidden" });
  await page.getByText("没有做成", { exact: true }).first().click();
  await page.getByText("没有失败的工作").waitFor();
});

test("the audit log: filtered, looked at, verified, exported", async () => {
  await page.goto("/settings/audit");
  await settled(page);
  const rows = page.getByRole("table", { name: "审计记录" }).locator("tbody tr");
  const all = await rows.count();
  assert.doesNotMatch(await page.getByRole("table").textContent(), /audit\.[a-z]/, "every action has its sentence");
  await page.getByRole("combobox", { name: "做了什么" }).click();
  await page.locator(".ant-select-item-option", { hasText: /^文书$/ }).click();
  await page.waitForFunction((count) => { const found = document.querySelectorAll("table tbody tr").length; return found > 0 && found < count; }, all);
  await page.getByRole("button", { name: "提交批量盖章" }).click();
  await page.getByRole("dialog").getByText("documents.seal_run_create").waitFor();
  await page.keyboard.press("Escape");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "导出筛选结果" }).click()]);
  assert.equal(await file.failure(), null);
  await page.getByRole("button", { name: "核对是否完整" }).click();
  await page.getByText(/条记录完整/).waitFor();
});

test("a backup is made with a passphrase", async () => {
  await page.goto("/settings/backup");
  await page.getByLabel(/^口令/).fill("一个很长的口令用来备份");
  await page.getByLabel("再输入一次").fill("一个很长的口令用来备");
  await page.getByText("两次输入的不一样").waitFor();
  assert.equal(await page.getByRole("button", { name: "现在备份" }).isDisabled(), true);
  await page.getByLabel(/^口令/).fill("一个很长的口令用来备份的话");
  await page.getByLabel("再输入一次").fill("一个很长的口令用来备份的话");
  await page.getByRole("button", { name: "现在备份" }).click();
  await page.getByText(/备份好了/).waitFor({ timeout: 60_000 });
  await page.getByRole("table", { name: "已有的备份" }).waitFor();
});

test("the network page says plainly that links reach nobody, and a test message stays in the house", async () => {
  await page.goto("/settings/network");
  await page.getByText("发出去的链接，外面的人打不开；短信和邮件也发不出去").waitFor();
  await page.getByLabel("您自己的手机号").fill("19900001234");
  await page.getByRole("button", { name: "发一条测试短信" }).click();
  await page.getByText("没有发到外面，已写进服务器的日志").waitFor();
  await page.getByLabel("网址").fill("http://oa.example.org");
  await page.getByText("以 https 开头").waitFor();
  await page.getByLabel("网址").fill("https://oa.example.org");
  await page.getByText("oa.example.org {").waitFor();
});

test("the language is one click away, for the page and for what the server says, and is remembered", async () => {
  await page.goto("/settings/audit");
  await page.getByRole("button", { name: "繁體" }).click();
  await page.getByRole("heading", { name: "審計記錄" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-Hant");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  await page.getByRole("button", { name: "ordered a sealing" }).waitFor();
  await page.getByRole("button", { name: "简体" }).click();
  await page.getByRole("heading", { name: "审计记录" }).waitFor();
});

test("the keyboard reaches everything: / searches, focus is seen, the first Tab skips the rooms", async () => {
  await page.goto("/");
  await settled(page);
  await openFromSearch(page, "备份");
  await page.getByRole("heading", { name: "备份", exact: true }).waitFor();
  await page.goto("/");
  await settled(page);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
  assert.equal(outline, "2px");
});

const pages = () => ["/", "/documents", "/documents/new", run, "/settings/organisation", "/settings/members", "/settings/account", "/settings/tokens",
  "/settings/audit", "/settings/jobs", "/settings/network", "/settings/backup", "/no-such-page"];
for (const [width, height, colorScheme] of [[1440, 900, "light"], [1440, 900, "dark"], [390, 844, "light"], [320, 640, "light"]])
  test(`every page at ${width} px, ${colorScheme}: nothing serious for axe-core, nothing wider than the screen`, async () => {
    const wide = await openPage(browser, server, { width, height, colorScheme });
    await wide.context().addCookies(await page.context().cookies());
    const found = [];
    for (const path of [...pages(), ...(width < 768 ? ["/settings"] : [])]) {
      await wide.goto(path);
      await settled(wide);
      for (const fault of await axeFaults(wide)) found.push(`${path}: ${fault}`);
      const overflow = await wide.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) found.push(`${path}: ${overflow} px too wide`);
      for (const fault of await policyFaults(wide)) found.push(`${path}: ${fault}`);
    }
    await wide.context().clearCookies();
    for (const path of ["/sign-in", "/setup#x", "/join#x"]) {
      await wide.goto("about:blank");
      await wide.goto(path);
      await settled(wide);
      for (const fault of await axeFaults(wide)) found.push(`${path}: ${fault}`);
      const overflow = await wide.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (overflow > 0) found.push(`${path}: ${overflow} px too wide`);
    }
    assert.deepEqual(found, []);
    assert.deepEqual(wide.faults, []);
    await wide.context().close();
  });

test("the ICP number stands on the foot of every page, signed in or not", async () => {
  await page.goto("/settings/network");
  await settled(page);
  await page.getByLabel("备案号").fill("京ICP备2026000001号-1");
  await page.getByRole("button", { name: "保存" }).first().click();
  const foot = (where) => where.getByRole("link", { name: "京ICP备2026000001号-1" });
  await foot(page).waitFor();
  await page.goto("/documents");
  await foot(page).waitFor();
  assert.equal(await foot(page).getAttribute("href"), "https://beian.miit.gov.cn/");
  const stranger = await openPage(browser, server);
  await stranger.goto("/sign-in");
  await foot(stranger).waitFor();
  await stranger.context().close();
});

test("the trials are removed together, after one question", async () => {
  await page.goto("/documents");
  await settled(page);
  await page.getByRole("button", { name: "删除试用内容" }).click();
  await page.getByRole("button", { name: "先不删" }).click();
  await page.getByRole("button", { name: "删除试用内容" }).click();
  await page.getByRole("button", { name: "全部删除" }).click();
  await page.getByRole("heading", { name: "还没有盖过章" }).or(page.getByText("还没有盖过章")).first().waitFor();
  await page.getByRole("button", { name: "删除试用内容" }).waitFor({ state: "hidden" });
  await page.goto(run);
  await page.getByText("找不到这次盖章").waitFor();
});
