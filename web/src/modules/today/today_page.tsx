// 今天: what waits for me, what runs, what is due. Each line has one button that does the next thing.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, body } from "@shell/api/client";
import type { Today } from "@shell/api/types";
import { ahead, count, date } from "@shell/format";
import { Icon, type IconName } from "@shell/icons";
import { JobProgress } from "@shell/job_progress";
import { Empty, Loaded, Page, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import "./today.css";

const icons: Record<string, IconName> = { jobs_failed: "warning", jobs_held: "jobs", no_public_url: "network", backup_due: "backup" };

export function TodayPage() {
  const { t } = useTranslation();
  const { org, account, may } = useSigned();
  const query = useQuery({ queryKey: ["today", org.id], refetchInterval: 60_000,
    queryFn: () => body(api.GET("/api/v1/orgs/{org}/today", { params: { path: { org: org.id } } })) });
  const seal = may("documents.seal_run") && <Link className="link-button" to="/documents/new"><Icon name="seal" />{t("today.seal")}</Link>;
  return (
    <Page title={t("place.today")} lead={t("today.greeting", { name: account.name, date: date(new Date().toISOString()) })} actions={seal}>
      <Loaded query={query}>{(today) => <Lists today={today} />}</Loaded>
    </Page>
  );
}

function Lists({ today }: { today: Today }) {
  const { t } = useTranslation();
  const { may } = useSigned();
  return (
    <div className="today">
      <Section title={t("today.waiting")} actions={<Count value={today.waiting.length} />}>
        {today.waiting.length === 0 ? (
          <Empty icon="check" title={t("today.waiting_none")}
            action={may("documents.seal_run") && <Link to="/documents/new">{t("today.waiting_next")}</Link>}>{t("today.waiting_none_text")}</Empty>
        ) : (
          <ul className="lines">
            {today.waiting.map((line) => (
              <li key={`${line.kind}:${line.id}`}>
                <span className="today-icon"><Icon name={icons[line.kind] ?? "today"} /></span>
                <div className="grow"><p>{line.title}</p></div>
                <Link className="small-button" to={line.link}>{line.button}</Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t("today.running")} actions={<Count value={today.running.length} />}>
        {today.running.length === 0 ? <p className="quiet">{t("today.running_none")}</p> : (
          <ul className="lines">
            {today.running.map((job) => <li key={job.id}><div className="grow"><JobProgress job={job} /></div></li>)}
          </ul>
        )}
      </Section>
      <Section title={t("today.due")} actions={<Count value={today.due.length} />}>
        {today.due.length === 0 ? <p className="quiet">{t("today.due_none")}</p> : (
          <ul className="lines">
            {today.due.map((line) => (
              <li key={`${line.kind}:${line.id}`}>
                <span className="today-icon"><Icon name={icons[line.kind] ?? "today"} /></span>
                <div className="grow"><p>{line.title}</p><p className="small waits">{ahead(line.due)}</p></div>
                <Link className="small-button" to={line.link}>{t("today.look")}</Link>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  );
}

const Count = ({ value }: { value: number }) => <span className="today-count figures">{count(value)}</span>;
