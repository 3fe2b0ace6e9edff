// Every sentence that a page asks for is there in three languages, with the same fields, and none is asked for by nobody.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chosenLanguage, languages, parseLanguage } from ".";

const source = new URL("../../", import.meta.url).pathname;
const files = readdirSync(source, { recursive: true, encoding: "utf8" });
const read = (path: string) => readFileSync(join(source, path), "utf8");
const rooms = files.filter((path) => path.endsWith("i18n/zh-Hans.json")).map((path) => path.slice(0, -"zh-Hans.json".length));
const sentences = (room: string, language: string) => JSON.parse(read(`${room}${language}.json`)) as Record<string, string>;
const fields = (sentence: string) => [...new Set([...sentence.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();
const plain = (keys: string[]) => keys.filter((key) => !key.endsWith("_one"));

const code = files.filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|schema\.d\.ts$/.test(path)).map((path) => ({ path, text: read(path) }));

it("finds all rooms", () => expect(rooms.length).toBeGreaterThanOrEqual(7));

describe.each(rooms)("%s", (room) => {
  const chinese = sentences(room, "zh-Hans");
  it.each(["zh-Hant", "en"])("has all sentences in %s, with the same fields", (language) => {
    const other = sentences(room, language);
    expect(plain(Object.keys(other)).sort()).toEqual(plain(Object.keys(chinese)).sort());
    for (const key of Object.keys(chinese)) expect(fields(other[key] as string), key).toEqual(fields(chinese[key] as string));
  });
  it("speaks calmly: no exclamation marks, no 你, no bare 确定", () => {
    for (const [key, sentence] of Object.entries(chinese)) {
      expect(sentence, key).not.toMatch(/[!！]|你(?!们)/);
      expect(sentence, key).not.toBe("确定");
    }
  });
});

// Keys that are written out, and beginnings of those that are put together: t(`role.${role}`).
const literal = new Set<string>();
const beginnings = new Set<string>();
const endings: RegExp[] = [];
for (const { text } of code) {
  for (const [, key] of text.matchAll(/"([a-z_]+(?:\.[a-zA-Z_]+)*)"/g)) literal.add(key as string);
  for (const [, whole] of text.matchAll(/`([a-z_]+\.[^`\s]*\$\{[^`\s]*)`/g)) {
    beginnings.add((whole as string).split("${")[0] as string);
    endings.push(new RegExp(`^${(whole as string).split(/\$\{[^}]*\}/).map((part) => part.replace(/\./g, "\\.")).join(".+")}$`));
  }
}
const all = new Set(rooms.flatMap((room) => Object.keys(sentences(room, "zh-Hans"))));

it("every sentence that a page asks for is there", () => {
  const asked = code.flatMap(({ path, text }) => [...text.matchAll(/\bt\((?:[^"`)]*\?\s*)?"([a-z_]+(?:\.[a-zA-Z_]+)*)"(?:\s*:\s*"([a-z_]+(?:\.[a-zA-Z_]+)*)")?/g)]
    .flatMap(([, one, two]) => [one, two]).filter((key): key is string => !!key).map((key) => ({ path, key })));
  expect(asked.length).toBeGreaterThan(300);
  expect(asked.filter(({ key }) => !all.has(key))).toEqual([]);
});

it("no sentence is left that nobody asks for", () => {
  const hints = (key: string) => key.startsWith("place."); // places.ts names them; the search adds .hint
  expect([...all].filter((key) => !literal.has(key) && !hints(key) && !endings.some((ending) => ending.test(key)))).toEqual([]);
});

describe("the language", () => {
  it.each([["zh-CN", "zh-Hans"], ["zh", "zh-Hans"], ["zh-TW", "zh-Hant"], ["zh-Hant-HK", "zh-Hant"], ["en-US", "en"], ["fr", undefined]])("%s is %s", (tag, language) =>
    expect(parseLanguage(tag)).toBe(language));
  it("is the cookie's, else the browser's, else Simplified Chinese", () => {
    expect(chosenLanguage("a=b; shanqi_lang=zh-Hant", ["en-GB"])).toBe("zh-Hant");
    expect(chosenLanguage("shanqi_lang=nonsense", ["fr-FR", "en-GB"])).toBe("en");
    expect(chosenLanguage("", ["fr-FR"])).toBe("zh-Hans");
    expect(languages).toContain(chosenLanguage("", []));
  });
});
