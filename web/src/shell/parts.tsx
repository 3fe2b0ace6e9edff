// Small things that every page is made of.
import { Button } from "antd";
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "./api/problem";
import { Icon, type IconName } from "./icons";

// A skeleton after 300 ms, a word after 3 s: what is fast does not flicker, what is slow says so.
export function Wait({ lines = 4 }: { lines?: number }) {
  const { t } = useTranslation();
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [setTimeout(() => setStage(1), 300), setTimeout(() => setStage(2), 3000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  if (stage === 0) return <div className="wait" aria-busy="true" />;
  return (
    <div className="wait" aria-busy="true">
      {Array.from({ length: lines }, (_, line) => <div key={line} className={`wait-line wait-line-${line % 3}`} />)}
      <p className="quiet small" role="status">{stage === 2 ? t("wait.slow") : <span className="unseen">{t("wait.loading")}</span>}</p>
    </div>
  );
}

// What happened, what is safe, what to do; the number is for whoever helps.
export function ProblemNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const problem = asProblem(error);
  return (
    <div className="note note-bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>{problem.message}</p>
        {problem.requestId && <p className="small quiet">{t("problem.request", { id: problem.requestId })}</p>}
        {retry && <Button size="small" onClick={retry}>{t("problem.retry")}</Button>}
      </div>
    </div>
  );
}

export function Note({ tone = "plain", children, action }: { tone?: "plain" | "waits" | "good" | "bad"; children: ReactNode; action?: ReactNode }) {
  return (
    <div className={`note note-${tone}`}>
      <Icon name={tone === "good" ? "check" : "warning"} />
      <div>{children}</div>
      {action && <div className="note-action">{action}</div>}
    </div>
  );
}

export function Loaded<T>({ query, children, lines }: { query: UseQueryResult<T>; children: (data: T) => ReactNode; lines?: number }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) return <ProblemNote error={query.error} retry={() => void query.refetch()} />;
  return <Wait lines={lines} />;
}

export function Page({ title, lead, actions, back, children, wide }: {
  title: string; lead?: ReactNode; actions?: ReactNode; back?: ReactNode; children: ReactNode; wide?: boolean }) {
  useEffect(() => { document.title = `${title} · 善器`; }, [title]);
  return (
    <article className={wide ? "page page-wide" : "page"}>
      <header className="page-head">
        <div>
          {back}
          <h1>{title}</h1>
          {lead && <p className="quiet page-lead">{lead}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </article>
  );
}

export function Section({ title, lead, actions, children, id }: { title?: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode; id?: string }) {
  const own = useId();
  return (
    <section className="card" aria-labelledby={title ? own : undefined} id={id}>
      {title && (
        <header className="card-head">
          <div>
            <h2 id={own}>{title}</h2>
            {lead && <p className="quiet small">{lead}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}

export function Empty({ icon, title, children, action }: { icon: IconName; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <span className="empty-icon"><Icon name={icon} size={28} /></span>
      <h3>{title}</h3>
      {children && <p className="quiet">{children}</p>}
      {action && <div className="empty-action">{action}</div>}
    </div>
  );
}

export type Tone = "good" | "waits" | "runs" | "bad" | "asleep";
const toneIcon: Record<Tone, IconName> = { good: "check", waits: "today", runs: "jobs", bad: "cross", asleep: "today" };

// A state is said by sign and word, never by colour alone.
export function State({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`state state-${tone}`}><Icon name={toneIcon[tone]} size={14} />{children}</span>;
}

export function Bar({ done, total, label }: { done: number; total: number; label: string }) {
  const percent = total > 0 ? Math.min(100, (done * 100) / total) : 0;
  return (
    <div className="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total} aria-valuenow={done}>
      <span className="bar-done" style={{ inlineSize: `${percent}%` }} />
    </div>
  );
}

export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
    </dl>
  );
}

export function useOnline(): boolean {
  const [online, setOnline] = useState(() => navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => { window.removeEventListener("online", look); window.removeEventListener("offline", look); };
  }, []);
  return online;
}

export function usePhone(): boolean {
  const query = "(max-width: 767px)";
  const [phone, setPhone] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const look = () => setPhone(media.matches);
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, []);
  return phone;
}
