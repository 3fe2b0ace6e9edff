import { beforeEach, describe, expect, it } from "vitest";
import zh from "./i18n/zh-Hans.json";
import en from "./i18n/en.json";
import { ago, ahead, bytes, count, date, duration } from "./format";
import { i18n } from "./i18n";

const now = new Date(2026, 2, 5, 16, 20).getTime(); // a Thursday
const at = (...parts: [number, number, number, number, number]) => new Date(...parts).toISOString();

beforeEach(async () => {
  await i18n.init({ lng: "zh-Hans", fallbackLng: false, keySeparator: false, nsSeparator: false, interpolation: { escapeValue: false },
    resources: { "zh-Hans": { translation: zh }, en: { translation: en } } });
});

describe("numbers", () => {
  it("have thousands separators", () => {
    expect(count(3788)).toBe("3,788");
    expect(count(1_500_000.9)).toBe("1,500,000");
  });
  it.each([[0, "0 B"], [1023, "1023 B"], [1536, "1.5 KB"], [150 * 1024, "150 KB"], [1 << 30, "1.0 GB"]])("%i bytes are %s", (value, said) => {
    expect(bytes(value)).toBe(said);
  });
});

describe("dates", () => {
  it("are said as people here say them", async () => {
    expect(date(at(2026, 2, 5, 9, 0))).toBe("2026年3月5日 周四");
    await i18n.changeLanguage("en");
    expect(date(at(2026, 2, 5, 9, 0))).toMatch(/Thu.*5 Mar 2026/);
  });
  it.each([
    [at(2026, 2, 5, 16, 19), "1分钟前"], [at(2026, 2, 5, 13, 20), "3小时前"], [at(2026, 2, 4, 23, 59), "昨天 23:59"],
    [at(2026, 2, 2, 8, 0), "3天前"], [at(2026, 1, 1, 8, 0), "2026年2月1日 周日"],
  ])("%s is %s", (instant, said) => expect(ago(instant, now)).toBe(said));
  it("count calendar days, not spans of 24 hours", () => expect(ago(at(2026, 2, 4, 16, 30), now)).toBe("昨天 16:30"));
  it.each([[at(2026, 2, 5, 18, 0), "今天 18:00"], [at(2026, 2, 6, 9, 30), "明天 09:30"], [at(2026, 2, 20, 9, 0), "15天后"]])("%s is %s", (instant, said) =>
    expect(ahead(instant, now)).toBe(said));
  it("take the singular in English", async () => {
    await i18n.changeLanguage("en");
    expect(ago(at(2026, 2, 5, 16, 19), now)).toBe("a minute ago");
  });
});

it("durations grow out of seconds", () => {
  expect([0.2, 59, 90, 5400].map(duration)).toEqual(["1 秒", "59 秒", "2 分钟", "1.5 小时"]);
});
