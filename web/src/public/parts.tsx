// The light pages' own small parts: no Ant Design here, a phone on a slow line opens them at once.
import { useEffect, useId, useState, type InputHTMLAttributes, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@shell/api/problem";
import { changeLanguage, languageNames, languages } from "@shell/i18n";
import { IcpNumber } from "@shell/icp";
import { Icon, Mark } from "@shell/icons";

const sizeKey = "shanqi.size";

// 大字版: one tap away, remembered.
function LargeType() {
  const { t } = useTranslation();
  const [large, setLarge] = useState(() => localStorage.getItem(sizeKey) === "large");
  useEffect(() => {
    if (large) document.documentElement.dataset.size = "large"; else delete document.documentElement.dataset.size;
    localStorage.setItem(sizeKey, large ? "large" : "");
  }, [large]);
  return <button type="button" aria-pressed={large} onClick={() => setLarge(!large)}>{t("public.large")}</button>;
}

export function Sheet({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  useEffect(() => { document.title = `${title} · 善器`; }, [title]);
  return (
    <div className="outside">
      <header className="outside-top">
        <span className="outside-brand"><Mark size={36} /><span>善器</span></span>
        <div className="outside-tools" role="group" aria-label={t("public.language")}>
          {languages.map((language) => (
            <button key={language} type="button" lang={language} aria-pressed={i18n.language === language} onClick={() => void changeLanguage(language)}>{languageNames[language]}</button>
          ))}
          <LargeType />
        </div>
      </header>
      <main className="outside-sheet">
        <h1>{title}</h1>
        {lead && <p className="quiet outside-lead">{lead}</p>}
        {children}
      </main>
      <footer className="outside-foot small quiet"><p>{t("public.foot")}</p><IcpNumber /></footer>
    </div>
  );
}

export function Field({ label, hint, bad, ...input }: { label: string; hint?: string; bad?: boolean } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="outside-field">
      <label htmlFor={id}>{label}</label>
      <input id={id} aria-describedby={hint ? `${id}-hint` : undefined} aria-invalid={bad || undefined} {...input} />
      {hint && <span id={`${id}-hint`} className={bad ? "bad small" : "quiet small"}>{hint}</span>}
    </div>
  );
}

export function Submit({ busy, disabled, children }: { busy: boolean; disabled?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return <button type="submit" className="outside-button" disabled={disabled || busy}>{busy ? t("public.working") : children}</button>;
}

export function Trouble({ error }: { error: unknown }) {
  if (!error) return null;
  return <div className="note note-bad" role="alert"><Icon name="warning" /><div><p>{asProblem(error).message}</p></div></div>;
}

// Links carry their token behind the #: it reaches no server log and no Referer.
export const tokenOf = (here: Location) => here.hash.replace(/^#/, "");

export const passwordCharactersMin = 10;

// Only a path of this house: an address of somebody else's would make the sign-in page a door to a forgery.
export function nextPath(search: string): string {
  const here = globalThis.location?.origin ?? "http://localhost";
  // As a browser would read it: "/<tab>/elsewhere" is another house too.
  let next: URL;
  try { next = new URL(new URLSearchParams(search).get("next") ?? "/", here); } catch { return "/"; }
  if (next.origin !== here || /^\/(sign-in|setup|join)\b/.test(next.pathname)) return "/";
  return next.pathname + next.search + next.hash;
}

export function useWork<T>(work: () => Promise<T>, done: (result: T) => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try { done(await work()); } catch (problem) { setError(problem); } finally { setBusy(false); }
  };
  return { busy, error, run, clear: () => setError(null) };
}
