// The pictures of the guide: the real pages of a real server, at 1440 and 390 px (script/screenshots).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openBrowser, openPage, root, Server, settled } from "./browser.mjs";
import { orderSealing, owner, prepareSamples, setUp, signIn } from "./office.mjs";

const pictures = join(root, "docs/pictures");
mkdirSync(pictures, { recursive: true });
const server = await new Server().start();
const browser = await openBrowser();
const widths = { desk: [1440, 900], phone: [390, 844] };

async function draw(page, name) {
  for (const [kind, [width, height]] of Object.entries(widths)) {
    await page.setViewportSize({ width, height });
    await settled(page);
    await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
    await page.screenshot({ path: join(pictures, `web-${name}-${kind}.png`) });
  }
  await page.setViewportSize({ width: widths.desk[0], height: widths.desk[1] });
}

try {
  const page = await openPage(browser, server);
  await page.goto(server.link);
  await draw(page, "setup");
  await setUp(page, server);
  await draw(page, "files");
  await page.getByRole("button", { name: "用样例试一试" }).click();
  await page.getByRole("heading", { name: "读到了什么" }).waitFor();
  await draw(page, "check");
  await page.goto("/documents/new?first=1");
  await prepareSamples(page);
  await page.getByRole("button", { name: /^试用盖章/ }).click();
  await page.getByLabel(/输入“盖章”/).waitFor();
  await draw(page, "seal");
  await page.getByRole("button", { name: "先不盖" }).click();
  await orderSealing(page);
  await page.getByText(/每秒 .* 份/).waitFor();
  await page.screenshot({ path: join(pictures, "web-live-desk.png") });
  await page.getByRole("heading", { name: /^试用盖章完成/ }).waitFor({ timeout: 120_000 });
  await draw(page, "done");

  for (const [name, role] of [["某某乙", "管理者"], ["某某丙", "审计人"]]) {
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "邀请同事" }).click();
    const drawer = page.getByRole("dialog");
    await drawer.getByLabel("姓名").fill(name);
    await drawer.getByRole("combobox", { name: "角色" }).click();
    await page.locator(".ant-select-item-option", { hasText: new RegExp(`^${role}$`) }).click();
    await drawer.getByRole("button", { name: "生成邀请链接" }).click();
    await drawer.getByLabel("邀请链接").waitFor();
  }
  for (const [name, path] of [["today", "/"], ["documents", "/documents"], ["members", "/settings/members"], ["account", "/settings/account"],
    ["audit", "/settings/audit"], ["jobs", "/settings/jobs"], ["network", "/settings/network"], ["backup", "/settings/backup"]]) {
    await page.goto(path);
    await draw(page, name);
  }
  const dark = await openPage(browser, server, { colorScheme: "dark" });
  await signIn(dark, owner);
  await dark.goto("/documents");
  await settled(dark);
  await dark.screenshot({ path: join(pictures, "web-dark-desk.png") });
} finally {
  await browser.close();
  await server.end();
}
