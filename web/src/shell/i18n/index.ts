// Three languages; each bundle brings its own sentences, loaded for the language in use and no other.
import i18next from "i18next";

export const languages = ["zh-Hans", "zh-Hant", "en"] as const;
export type Language = (typeof languages)[number];
export const languageNames: Record<Language, string> = { "zh-Hans": "简体", "zh-Hant": "繁體", en: "English" };

export const i18n = i18next.createInstance();

type Sentences = Record<string, string>;
type Loader = () => Promise<{ default: Sentences }>;
// "/src/modules/today/i18n/zh-Hans.json"
const sources = import.meta.glob(["/src/shell/i18n/*.json", "/src/public/i18n/*.json", "/src/modules/*/i18n/*.json"]) as
  Record<string, Loader>;

export function parseLanguage(text: string | null | undefined): Language | undefined {
  if (!text) return undefined;
  const lower = text.toLowerCase();
  if (/^zh\b.*(hant|tw|hk|mo)/.test(lower)) return "zh-Hant";
  if (lower.startsWith("zh")) return "zh-Hans";
  return lower.startsWith("en") ? "en" : undefined;
}

// The cookie is the server's too: its sentences and the page's are in one language.
export function chosenLanguage(cookies: string, browser: readonly string[]): Language {
  const cookie = /(?:^|;\s*)shanqi_lang=([^;]+)/.exec(cookies)?.[1];
  for (const wish of [cookie, ...browser]) {
    const language = parseLanguage(wish);
    if (language) return language;
  }
  return "zh-Hans";
}

async function load(language: Language, parts: readonly string[]) {
  const wanted = Object.entries(sources).filter(([path]) =>
    path.endsWith(`/${language}.json`) && parts.some((part) => path.includes(`/${part}/i18n/`)));
  const all = await Promise.all(wanted.map(([, loader]) => loader()));
  for (const sentences of all) i18n.addResourceBundle(language, "translation", sentences.default, false, true);
}

let loadedParts: readonly string[] = [];

export async function startLanguage(parts: readonly string[]): Promise<void> {
  const language = chosenLanguage(document.cookie, navigator.languages);
  loadedParts = parts;
  await i18n.init({ lng: language, fallbackLng: false, keySeparator: false, nsSeparator: false, showSupportNotice: false,
    interpolation: { escapeValue: false }, resources: {} });
  await load(language, parts);
  document.documentElement.lang = language;
}

export async function changeLanguage(language: Language): Promise<void> {
  await load(language, loadedParts);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `shanqi_lang=${language}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  document.documentElement.lang = language;
  await i18n.changeLanguage(language);
}
