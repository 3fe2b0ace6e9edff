// Colleagues by link, what each role sees, removal with ten seconds to think again, the second step, sessions.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import { openBrowser, openPage, policyFaults, Server, settled } from "./browser.mjs";
import { organisation, owner, setUp, signIn } from "./office.mjs";

let server, browser, page;
const colleague = { name: "某某乙", email: "staff@demo.example", password: "另外一句好记的话很好" };
before(async () => {
  server = await new Server().start();
  browser = await openBrowser();
  page = await openPage(browser, server);
  await setUp(page, server);
});
after(async () => { await browser?.close(); await server?.end(); });

const rooms = (of) => of.getByRole("navigation", { name: "设置" }).getByRole("link").allTextContents();

async function invite(name, role) {
  await page.goto("/settings/members");
  await page.getByRole("button", { name: "邀请同事" }).click();
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("姓名").fill(name);
  await drawer.getByRole("combobox", { name: "角色" }).click();
  await page.locator(".ant-select-item-option", { hasText: new RegExp(`^${role}$`) }).click();
  await drawer.getByRole("button", { name: "生成邀请链接" }).click();
  const link = await drawer.getByLabel("邀请链接").inputValue();
  await drawer.getByText("还没有设置对外网址").waitFor(); // says plainly that it reaches nobody outside
  return link;
}

test("a colleague comes by a link, once", async () => {
  const link = await invite(colleague.name, "工作人员");
  assert.match(link, /\/join#\S{20,}$/);
  const theirs = await openPage(browser, server);
  await theirs.goto(link);
  await theirs.getByRole("heading", { name: `加入 ${organisation}` }).waitFor();
  await theirs.getByText(`${owner.name} 邀请您作为工作人员加入`).waitFor();
  await theirs.getByLabel("您的姓名").fill(colleague.name);
  await theirs.getByLabel("邮箱").fill(colleague.email);
  await theirs.getByLabel("密码").fill(colleague.password);
  await theirs.getByRole("button", { name: `加入 ${organisation}` }).click();
  await theirs.getByRole("heading", { name: "今天" }).waitFor();
  await theirs.goto("about:blank");
  await theirs.goto(link);
  await theirs.getByRole("alert").waitFor();
  await theirs.context().close();
});

test("a role opens what it may and hides what it may not, and follows a change; undo takes it back", async () => {
  const theirs = await openPage(browser, server);
  await signIn(theirs, colleague);
  await theirs.goto("/settings/account");
  await settled(theirs);
  assert.deepEqual(await rooms(theirs), ["机构信息", "同事与角色", "后台工作", "登录与安全", "API 令牌"]);

  await page.goto("/settings/members");
  await page.getByRole("button", { name: colleague.name }).click();
  await page.getByRole("dialog").getByRole("combobox", { name: "角色" }).click();
  await page.locator(".ant-select-item-option", { hasText: /^审计人$/ }).click();
  await page.getByText(`${colleague.name} 现在是审计人`).waitFor();
  await theirs.reload();
  await settled(theirs);
  assert.ok((await rooms(theirs)).includes("审计记录"));
  assert.equal(await theirs.getByRole("link", { name: "批量盖章" }).count(), 0);

  await page.getByRole("button", { name: "撤销" }).click();
  await page.getByRole("table", { name: "同事" }).getByText("工作人员").waitFor();
  await theirs.context().close();
});

test("the address of a page that a role may not see shows no data", async () => {
  const theirs = await openPage(browser, server);
  await signIn(theirs, colleague);
  await theirs.goto("/settings/audit");
  await theirs.getByRole("alert").waitFor();
  assert.equal(await theirs.getByRole("table").count(), 0);
  await theirs.context().close();
});

test("removal can be taken back for ten seconds; left alone it is done", async () => {
  await page.goto("/settings/members");
  const remove = async () => {
    await page.getByRole("button", { name: colleague.name, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: `移除 ${colleague.name}` }).click();
  };
  await remove();
  await page.getByRole("button", { name: "撤销" }).click();
  await page.reload();
  await page.getByRole("button", { name: colleague.name, exact: true }).waitFor();
  await remove();
  await Promise.all([page.waitForResponse((reply) => reply.request().method() === "DELETE" && reply.status() < 300),
    page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pagehide")))]); // leaving the page does it at once
  await page.reload();
  await settled(page);
  assert.equal(await page.getByRole("button", { name: colleague.name, exact: true }).count(), 0);
});

// RFC 6238 with SHA-1, 30 s, six digits.
function totp(secret, at = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("the second step: turned on, asked for at sign-in, a recovery code works once", async () => {
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "开启两步验证" }).click();
  await page.getByRole("img", { name: "两步验证的二维码" }).waitFor();
  const secret = await page.locator("form.totp .code").textContent();
  await page.getByLabel("六位数字").fill(totp(secret));
  await page.getByRole("button", { name: "开启", exact: true }).click();
  const recovery = await page.getByRole("list", { name: "备用码" }).getByRole("listitem").first().textContent();
  await page.getByRole("button", { name: "我已经抄好了" }).click();
  await page.getByRole("button", { name: "关闭两步验证" }).waitFor();

  const elsewhere = await openPage(browser, server);
  const start = async () => {
    await elsewhere.goto("/sign-in");
    await elsewhere.getByLabel("邮箱或手机号").fill(owner.email);
    await elsewhere.getByLabel("密码").fill(owner.password);
    await elsewhere.getByRole("button", { name: "登录", exact: true }).click();
    await elsewhere.getByText("密码正确").waitFor();
    await elsewhere.getByLabel(/六位数字/).fill(recovery);
    await elsewhere.getByRole("button", { name: "登录", exact: true }).click();
  };
  await start();
  await elsewhere.getByRole("heading", { name: "今天" }).waitFor();

  // The other session is seen here and ended; the other page is sent to the sign-in page.
  await page.reload();
  await page.getByRole("button", { name: "结束登录" }).first().waitFor();
  while (await page.getByRole("button", { name: "结束登录" }).count() > 0) {
    const before = await page.getByRole("button", { name: "结束登录" }).count();
    await page.getByRole("button", { name: "结束登录" }).first().click();
    await page.waitForFunction((count) => [...document.querySelectorAll("button")].filter((button) => button.textContent === "结束登录").length < count, before);
  }
  await elsewhere.goto("/settings/account");
  await elsewhere.waitForURL(/\/sign-in\?next=%2Fsettings%2Faccount/);
  await start();
  await elsewhere.getByRole("alert").waitFor(); // the recovery code was used
  await elsewhere.context().close();
});

test("a token is shown once and works until it is revoked", async () => {
  await page.goto("/settings/tokens");
  await page.getByLabel("用途").fill("读取文书");
  await page.getByLabel("查看和下载文书").check();
  await page.getByRole("button", { name: "生成令牌" }).click();
  const token = await page.getByLabel("令牌", { exact: true }).inputValue();
  const org = await page.evaluate(async () => (await (await fetch("/api/v1/session")).json()).orgs[0].id);
  const ask = () => fetch(`${server.address}/api/v1/orgs/${org}/seal_runs`, { headers: { Authorization: `Bearer ${token}` } });
  assert.equal((await ask()).status, 200);
  await page.getByRole("button", { name: "我已经放好了" }).click();
  await page.reload();
  await settled(page);
  assert.ok(!(await page.content()).includes(token));
  await page.getByRole("button", { name: "作废", exact: true }).click();
  await page.getByRole("button", { name: "作废这个令牌" }).click();
  await page.getByText("还没有令牌").waitFor();
  assert.equal((await ask()).status, 401);
});

test("a wrong credit code is warned of and saved", async () => {
  await page.goto("/settings/organisation");
  await page.getByLabel("统一社会信用代码").fill("53999900MJ00000010");
  await page.getByText("最后一位校验不对").waitFor();
  await page.getByRole("button", { name: "保存机构信息" }).click();
  await page.getByText("机构信息已保存").waitFor();
  await page.reload();
  assert.equal(await page.getByLabel("统一社会信用代码").inputValue(), "53999900MJ00000010");
});

test("no style and no script was refused by the Content-Security-Policy, nothing threw", async () => {
  assert.deepEqual(await policyFaults(page), []);
  assert.deepEqual(page.faults, []);
});
