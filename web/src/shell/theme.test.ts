// The tokens stand in tokens.css and once more in theme.ts: both are the same, and every pair that carries text has the
// contrast of WCAG 2.2, 1.4.3 (4.5:1).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { dark, light, type Palette } from "./theme";

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`), css.indexOf("}", css.indexOf(`${selector} {`)));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]));
}
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}
const kebab = (name: string) => name.replace(/2$/, "-2").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe.each([[":root", light], [':root[data-theme="dark"]', dark]] as [string, Palette][])("%s", (selector, palette) => {
  const found = tokens(selector);
  it("is the same for our pages and for Ant Design", () => {
    for (const [name, value] of Object.entries(palette)) expect(found[kebab(name)], name).toBe(value);
  });
  it.each([
    ["ink", "paper"], ["ink", "card"], ["ink", "shade"], ["ink", "teal-soft"], ["ink-2", "paper"], ["ink-2", "card"], ["ink-2", "shade"],
    ["teal", "paper"], ["teal", "card"], ["teal", "teal-soft"], ["on-teal", "teal"], ["on-teal", "teal-strong"],
    ["cinnabar", "card"], ["cinnabar", "paper"], ["cinnabar", "cinnabar-soft"], ["ink", "cinnabar-soft"], ["seal-ink", "cinnabar"],
    ["pine-text", "card"], ["gold-text", "card"], ["gold-text", "gold-soft"], ["ink", "gold-soft"],
  ])("%s can be read on %s", (text, ground) => {
    expect(contrast(found[text] as string, found[ground] as string)).toBeGreaterThanOrEqual(4.5);
  });
});

it("the tokens of docs: paper, ink, cinnabar, teal", () => {
  expect([light.paper, light.ink, light.ink2, light.cinnabar, light.teal, light.pine, light.gold]).toEqual(["#faf8f4", "#1f2329", "#646a73", "#c8372d", "#1f6f6b", "#3c7a3a", "#b7791f"]);
});
