// The first three minutes: setup link, own organisation, sealed trial documents, and what was made.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser, openPage, policyFaults, Server, settled } from "./browser.mjs";
import { figure, orderSealing, organisation, prepareSamples, setUp } from "./office.mjs";

let server, browser, page, folder;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "shanqi-downloads-"));
  server = await new Server().start();
  browser = await openBrowser();
  page = await openPage(browser, server);
});
after(async () => {
  await browser?.close();
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test("a link without its token says what to do, and the sign-in page knows of the first run", async () => {
  await page.goto("/setup");
  await page.getByText("这个链接不完整").waitFor();
  await page.goto("/");
  await page.waitForURL(/\/sign-in/);
  await page.getByText("这台服务器还没有设置").waitFor();
});

test("a wrong token is refused in words, and what was typed stays", async () => {
  await page.goto(server.link.replace(/#.*/, "#AAAAAAAAAAAAAAAAAAAAAA"));
  await page.getByLabel("机构全称").fill(organisation);
  await page.getByLabel("您的姓名").fill("某某");
  await page.getByLabel("邮箱").fill("a@demo.example");
  await page.getByLabel("密码").fill("一句很好记住的话就很好");
  await page.getByRole("button", { name: "开始", exact: true }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.getByLabel("机构全称").inputValue(), organisation);
});

test("setup, samples, trial seal, sealed documents", async () => {
  await page.goto("about:blank");
  await setUp(page, server);
  const promised = await prepareSamples(page);
  assert.ok(promised > 3000, `the samples promise ${promised} documents`);

  await page.getByRole("button", { name: /^试用盖章/ }).click();
  const confirm = page.getByRole("button", { name: /^试用盖章/ });
  assert.equal(await confirm.isDisabled(), true, "over 100: the word first");
  await page.getByLabel(/输入“盖章”/).fill("盖");
  assert.equal(await confirm.isDisabled(), true);
  await page.getByRole("button", { name: "先不盖" }).click();
  await orderSealing(page);
  await page.getByRole("heading", { name: /^试用盖章完成/ }).waitFor({ timeout: 120_000 });

  const sealed = await figure(page, "已盖章");
  const refused = await figure(page, "未盖章");
  assert.equal(sealed, promised, "as many as the check promised: it knows the row whose character no font has");
  assert.equal(sealed + refused, 3800, "every row is either sealed or refused with its reason");
  await page.getByRole("table", { name: "未盖章" }).waitFor();

  // One document opens as it is, in a tab of its own.
  const one = page.getByRole("table", { name: "每一份文书" }).getByRole("link").first();
  assert.equal(await one.getAttribute("target"), "_blank");
  const opened = await page.request.get(await one.getAttribute("href"));
  assert.equal(opened.headers()["content-type"], "application/pdf");
  assert.match(opened.headers()["content-disposition"], /^inline;/);
  assert.equal((await opened.body()).subarray(0, 5).toString(), "%PDF-");

  const download = async (link, name) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: link }).click()]);
    await file.saveAs(join(folder, name));
    return join(folder, name);
  };
  const zip = await download(/^下载/, "documents.zip");
  const names = execFileSync("unzip", ["-Z1", zip], { encoding: "utf8", maxBuffer: 1 << 26 }).trim().split("\n");
  assert.equal(names.filter((name) => name.endsWith(".pdf")).length, sealed);
  for (const [link, name] of [[/^用印登记簿/, "register.xlsx"], [/^未盖章的/, "errors.xlsx"]])
    assert.match(execFileSync("unzip", ["-Z1", await download(link, name)], { encoding: "utf8" }), /xl\/workbook\.xml/);
});

test("own files: a template that does not fit is said before anything is made", async () => {
  await page.goto("/documents/new");
  await page.getByLabel(/选名单/).setInputFiles({ name: "名单.csv", mimeType: "text/csv", buffer: Buffer.from("姓名,学校\n某某,某某小学\n") });
  await page.getByText("名单.csv").waitFor();
  const template = join(folder, "坏的.docx");
  writeFileSync(template, "this is no Word file");
  await page.getByLabel(/选 Word 模板/).setInputFiles(template);
  await page.getByRole("alert").or(page.getByText("坏的.docx")).first().waitFor();
  if (await page.getByRole("button", { name: "检查名单和模板" }).isEnabled()) {
    await page.getByRole("button", { name: "检查名单和模板" }).click();
    await page.getByRole("alert").waitFor();
  }
  assert.doesNotMatch(await page.getByRole("alert").first().textContent(), /undefined|\{\{/);
});

test("Today and Documents tell of the run; a second visit to the setup link is refused", async () => {
  await page.goto("/documents");
  await settled(page);
  assert.equal(await page.getByRole("table", { name: "文书" }).locator("tbody tr").count(), 1);
  await page.goto("/");
  await page.getByRole("heading", { name: "等您处理" }).waitFor();
  const other = await openPage(browser, server);
  await other.goto("/sign-in");
  await other.getByText("欢迎回来").waitFor();
  await other.context().close();
});

test("no style and no script was refused by the Content-Security-Policy, nothing threw", async () => {
  assert.deepEqual(await policyFaults(page), []);
  assert.deepEqual(page.faults, []);
});
