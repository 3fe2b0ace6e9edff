// What the tests do again and again, as a person would: by labels and button names.
import { settled } from "./browser.mjs";

export const organisation = "某某公益服务中心";
export const owner = { name: "某某甲", email: "owner@demo.example", password: "一句很好记住的话就很好" };

export async function setUp(page, server) {
  await page.goto(server.link);
  await page.getByLabel("机构全称").fill(organisation);
  await page.getByLabel("您的姓名").fill(owner.name);
  await page.getByLabel("邮箱").fill(owner.email);
  await page.getByLabel("密码").fill(owner.password);
  await page.getByRole("button", { name: "开始", exact: true }).click();
  await page.getByRole("heading", { name: "您的第一份盖章文书" }).waitFor();
}

export async function signIn(page, { email, password }) {
  await page.goto("/sign-in");
  await page.getByLabel("邮箱或手机号").fill(email);
  await page.getByLabel("密码").fill(password);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.getByRole("heading", { name: "今天" }).waitFor();
}

// From the first step to the button that seals; returns how many it will seal.
export async function prepareSamples(page) {
  await page.getByRole("button", { name: "用样例试一试" }).click();
  await page.getByRole("button", { name: /^下一步/ }).click();
  const make = page.getByRole("button", { name: "做一枚试用印章" });
  const seal = page.getByRole("button", { name: /^试用盖章/ });
  await make.or(seal).first().waitFor();
  if (await make.isVisible()) await make.click();
  await seal.waitFor();
  return Number((await seal.textContent()).replace(/\D/g, ""));
}

// By the word, or by dragging the seal onto the paper.
export async function orderSealing(page, { byDragging = false } = {}) {
  await page.getByRole("button", { name: /^试用盖章/ }).click();
  const confirm = page.getByRole("button", { name: /^试用盖章/ });
  if (byDragging) {
    const middle = async (part) => { const box = await page.locator(part).boundingBox(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    await page.locator(".drag-paper").scrollIntoViewIfNeeded();
    await page.mouse.move(...await middle(".drag-seal"));
    await page.mouse.down();
    await page.mouse.move(...await middle(".drag-paper"), { steps: 8 });
    await page.mouse.up();
  } else {
    await page.getByLabel(/输入“盖章”/).fill("盖章");
    await confirm.click();
  }
  await page.waitForURL(/\/documents\/[0-9a-f-]{36}$/);
}

export async function figure(page, name) {
  await settled(page);
  const text = await page.locator("dl.facts > div", { has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) }).locator("dd").textContent();
  return Number(text.replace(/\D/g, ""));
}

export async function openFromSearch(page, words) {
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "搜索" }).fill(words);
  await page.keyboard.press("Enter");
}
