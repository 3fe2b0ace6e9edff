// One run: live while it goes on (it can be left), then what was made, what was refused and why, and the files.
import { Button } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api } from "@shell/api/client";
import type { Job, SealRun } from "@shell/api/types";
import { DataTable } from "@shell/data_table";
import { jobGoesOn } from "@shell/events";
import { count, dateTime, duration } from "@shell/format";
import { Icon, type IconName } from "@shell/icons";
import { usePace } from "@shell/job_progress";
import { Bar, Facts, Loaded, Note, Page, ProblemNote, Section, Wait } from "@shell/parts";
import { useOrg, useSigned } from "@shell/session";
import { runFile, useJob, useSealRun } from "./api";
import { RunDocuments } from "./run_documents";
import "./documents.css";

export function RunPage() {
  const { t } = useTranslation();
  const org = useOrg();
  const run = useParams().run ?? "";
  const query = useSealRun(org.id, run);
  const title = query.data ? query.data.template_name.replace(/\.docx$/i, "") : t("documents.run_title");
  return (
    <Page title={title} back={<Link className="back small" to="/documents"><Icon name="back" size={14} />{t("place.documents")}</Link>}
      lead={query.data && t("documents.run_lead", { list: query.data.data_name, time: dateTime(query.data.created) })}>
      <Loaded query={query}>{(loaded) => <Run run={loaded} />}</Loaded>
    </Page>
  );
}

function Run({ run }: { run: SealRun }) {
  const org = useOrg();
  const job = useJob(org.id, run.job);
  const client = useQueryClient();
  const state = job.data?.state ?? run.state;
  const goesOn = jobGoesOn({ state });
  // The job ended a moment before the run's figures were read: read them again.
  useEffect(() => {
    if (!goesOn && jobGoesOn(run)) void client.invalidateQueries({ queryKey: ["seal_run", org.id, run.id] });
  }, [goesOn, run, client, org.id]);
  if (goesOn) return job.data ? <Live job={job.data} trial={run.trial} /> : <Wait />;
  return <Outcome run={run} job={job.data} />;
}

function Live({ job, trial }: { job: Job; trial: boolean }) {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const found = usePace(job);
  const cancel = useMutation({ mutationFn: () => api.POST("/api/v1/orgs/{org}/jobs/{job}/cancel", { params: { path: { org: org.id, job: job.id } } }) });
  useEffect(() => {
    const title = document.title;
    if (job.total > 0) document.title = `${Math.floor((job.done * 100) / job.total)}% · ${title.replace(/^\d+% · /, "")}`;
    return () => { document.title = title.replace(/^\d+% · /, ""); };
  }, [job.done, job.total]);
  return (
    <Section title={t(job.state === "running" ? (trial ? "documents.sealing_trial" : "documents.sealing") : `documents.job_${job.state}`)}>
      <div className="stack">
        <p className="run-figure"><strong>{count(job.done)}</strong><span className="quiet figures">/ {job.total > 0 ? count(job.total) : "…"} {t("documents.copies")}</span></p>
        <Bar done={job.done} total={Math.max(job.total, 1)} label={t("documents.sealing")} />
        <p className="quiet figures" role="status">
          {found ? t("documents.pace", { rate: count(Math.max(1, found.perSecond)), time: duration(found.secondsLeft) }) : t("documents.preparing")}
        </p>
        <Note tone="good">{t("documents.may_leave")}</Note>
        {cancel.isError && <ProblemNote error={cancel.error} />}
        {may("documents.seal_run") && <div className="buttons"><Button onClick={() => cancel.mutate()} loading={cancel.isPending}>{t("documents.stop")}</Button>
          <span className="small quiet">{t("documents.stop_text")}</span></div>}
      </div>
    </Section>
  );
}

function Outcome({ run, job }: { run: SealRun; job?: Job }) {
  const { t } = useTranslation();
  const org = useOrg();
  const failed = (job?.state ?? run.state) === "failed";
  const cancelled = (job?.state ?? run.state) === "cancelled";
  return (
    <div className="stack">
      {run.problem && <Note tone="bad">{run.problem}</Note>}
      {run.notices.map((notice) => <Note key={notice.text} tone="waits">{notice.text}{notice.documents > 1 && ` ${t("documents.notice_count", { shown: count(notice.documents) })}`}</Note>)}
      {failed && !run.problem && <Note tone="bad" action={<Link className="small-button" to="/settings/jobs?state=failed">{t("documents.to_jobs")}</Link>}>{t("documents.failed", { shown: count(run.sealed) })}</Note>}
      {cancelled && <Note tone="waits">{t("documents.cancelled", { shown: count(run.sealed) })}</Note>}
      <Section title={t(run.trial ? "documents.made_trial" : "documents.made", { shown: count(run.sealed) })}>
        <div className="stack">
          <Facts facts={[
            [t("documents.sealed"), count(run.sealed)], [t("documents.refused"), run.refused > 0 ? <span key="r" className="bad">{count(run.refused)}</span> : "0"],
            ...(run.skipped > 0 ? [[t("documents.skipped"), count(run.skipped)] as [string, string]] : []),
            [t("documents.pages"), count(run.pages)],
            [t("documents.took"), run.seconds > 0 ? t("documents.took_rate", { time: duration(run.seconds), rate: count(run.sealed / Math.max(run.seconds, 0.001)) }) : "—"],
          ]} />
          {run.sealed + run.refused > 0 && (
            <div className="downloads">
              {run.sealed > 0 && <>
              <Download main icon="download" href={runFile(org.id, run.id, "documents.zip")} title={t("documents.download_zip", { shown: count(run.sealed) })} hint={t("documents.download_zip_hint")} />
              <Download icon="sheet" href={runFile(org.id, run.id, "register.xlsx")} title={t("documents.download_register")} hint={t("documents.download_register_hint")} />
              </>}
              {run.refused > 0 && <Download icon="warning" href={runFile(org.id, run.id, "errors.xlsx")} title={t("documents.download_errors", { shown: count(run.refused) })} hint={t("documents.download_errors_hint")} />}
            </div>
          )}
          {run.trial && <p className="quiet small">{t("documents.trial_text")}</p>}
        </div>
      </Section>
      {run.refused_examples.length > 0 && (
        <Section title={t("documents.refused_title", { shown: count(run.refused) })} lead={t("documents.refused_lead")}>
          <DataTable label={t("documents.refused")} rows={run.refused_examples.map((example, index) => ({ ...example, index }))} rowKey={({ index }) => String(index)} columns={[
            { key: "where", title: t("documents.cell"), cell: ({ row, field }) => <>{t("documents.row_number", { row: count(row) })}{field && ` · ${field}`}</> },
            { key: "text", title: t("documents.what_is_wrong"), long: true, cell: ({ text, fix }) => <><p>{text}</p>{fix && <p className="small quiet">{fix}</p>}</> },
          ]} />
        </Section>
      )}
      {run.sealed > 0 && <RunDocuments run={run.id} />}
      <NextSteps />
    </div>
  );
}

function Download({ icon, href, title, hint, main }: { icon: IconName; href: string; title: string; hint: string; main?: boolean }) {
  return <a className={main ? "download download-main" : "download"} href={href} download><Icon name={icon} size={22} /><span><strong>{title}</strong><span className="small quiet">{hint}</span></span></a>;
}

function NextSteps() {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  return (
    <Section title={t("documents.next_title")}>
      <ul className="lines">
        {may("documents.seal_run") && <li><div className="grow"><p>{t("documents.next_again")}</p></div><Link className="small-button" to="/documents/new">{t("documents.new")}</Link></li>}
        {!org.logo_url && may("accounts.organisation_edit") && <li><div className="grow"><p>{t("documents.next_logo")}</p></div><Link className="small-button" to="/settings/organisation">{t("documents.next_logo_button")}</Link></li>}
        {may("accounts.members_manage") && <li><div className="grow"><p>{t("documents.next_colleagues")}</p></div><Link className="small-button" to="/settings/members">{t("documents.next_colleagues_button")}</Link></li>}
      </ul>
    </Section>
  );
}
