// Jobs: what runs, what waits, what failed for good (the dead letters) and can be tried again.
import { Button, Drawer, Segmented } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api } from "@shell/api/client";
import type { Job } from "@shell/api/types";
import { DataTable, Listed } from "@shell/data_table";
import { jobGoesOn } from "@shell/events";
import { ago, count, dateTime } from "@shell/format";
import { ExportLink } from "@shell/list_filter";
import { JobProgress, useJobName } from "@shell/job_progress";
import { Bar, Empty, Facts, Page, ProblemNote, Section, State, usePhone, type Tone } from "@shell/parts";
import { useSigned } from "@shell/session";
import { useJobs } from "./api";

const states = ["", "running", "waiting", "failed"] as const;
const tones: Record<string, Tone> = { waiting: "waits", running: "runs", held: "waits", done: "good", failed: "bad", cancelled: "asleep" };

export function JobsPage() {
  const { t } = useTranslation();
  const { org } = useSigned();
  const name = useJobName();
  const [parameters, setParameters] = useSearchParams();
  const state = parameters.get("state") ?? "";
  const [chosen, setChosen] = useState("");
  const query = useJobs(org.id, state);
  const job = query.data?.pages.flatMap(({ items }) => items).find(({ id }) => id === chosen);
  return (
    <Page title={t("place.jobs")} lead={t("operations.jobs_lead")} actions={<ExportLink path={`/api/v1/orgs/${org.id}/jobs`} filter={{ state }}>{t(state ? "list.export_filtered" : "list.export")}</ExportLink>}>
      <Section>
        <div className="stack">
          <div className="scroll"><Segmented aria-label={t("operations.job_state")} value={state} onChange={(value) => setParameters(value ? { state: value } : {})}
            options={states.map((value) => ({ value, label: t(value ? `operations.jobs_${value}` : "operations.jobs_all") }))} /></div>
          <Listed query={query} empty={<Empty icon="jobs" title={t(state === "failed" ? "operations.jobs_none_failed" : "operations.jobs_none")}>{t("operations.jobs_none_text")}</Empty>}>
            {(rows) => (
              <DataTable label={t("place.jobs")} rows={rows} rowKey={({ id }) => id} onOpen={({ id }) => setChosen(id)} columns={[
                { key: "kind", title: t("operations.job"), cell: name },
                { key: "state", title: t("operations.job_state"), cell: (row) => <State tone={tones[row.state] ?? "asleep"}>{t(`job.state.${row.state}`)}</State> },
                { key: "progress", title: t("operations.progress"), cell: (row) => row.total > 0
                  ? <span className="progress-cell"><Bar done={row.done} total={row.total} label={name(row)} /><span className="small quiet figures">{t("job.of", { done: count(row.done), total: count(row.total) })}</span></span> : "—" },
                { key: "attempt", title: t("operations.attempt"), figure: true, hideOnPhone: true, cell: (row) => `${row.attempt}/${row.attempts_max}` },
                { key: "created", title: t("operations.when"), figure: true, cell: (row) => ago(row.created) },
              ]} />
            )}
          </Listed>
        </div>
      </Section>
      {job && <JobDrawer job={job} onClose={() => setChosen("")} />}
    </Page>
  );
}

// `note` is a sentence, or JSON with one in it.
export function noteText(note: string | null | undefined): string {
  if (!note) return "";
  try {
    const parsed: unknown = JSON.parse(note);
    if (typeof parsed === "string") return parsed;
    if (typeof parsed === "object" && parsed !== null && "text" in parsed && typeof parsed.text === "string") return parsed.text;
    return "";
  } catch { return note; }
}

function JobDrawer({ job, onClose }: { job: Job; onClose: () => void }) {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const phone = usePhone();
  const name = useJobName();
  const client = useQueryClient();
  const path = { org: org.id, job: job.id };
  const refresh = () => client.invalidateQueries({ queryKey: ["jobs", org.id] });
  const retry = useMutation({ mutationFn: () => api.POST("/api/v1/orgs/{org}/jobs/{job}/retry", { params: { path } }), onSuccess: refresh });
  const cancel = useMutation({ mutationFn: () => api.POST("/api/v1/orgs/{org}/jobs/{job}/cancel", { params: { path } }), onSuccess: refresh });
  const error = retry.error ?? cancel.error;
  return (
    <Drawer title={name(job)} open onClose={onClose} size={phone ? "100%" : 460}>
      <div className="stack">
        <JobProgress job={job} />
        {noteText(job.note) && <p className={job.state === "failed" ? "bad" : "quiet"}>{noteText(job.note)}</p>}
        <Facts facts={[[t("operations.created"), dateTime(job.created)], [t("operations.started"), job.started ? dateTime(job.started) : "—"],
          [t("operations.finished"), job.finished ? dateTime(job.finished) : "—"], [t("operations.attempt"), t("operations.attempt_of", { attempt: job.attempt, max: job.attempts_max })]]} />
        {error && <ProblemNote error={error} />}
        {may("operations.jobs_manage") && (
          <div className="buttons">
            {job.state === "failed" && <Button type="primary" onClick={() => retry.mutate()} loading={retry.isPending}>{t("operations.retry")}</Button>}
            {jobGoesOn(job) && <Button danger onClick={() => cancel.mutate()} loading={cancel.isPending}>{t("operations.cancel")}</Button>}
          </div>
        )}
        {job.state === "failed" && <p className="small quiet">{t("operations.retry_text")}</p>}
      </div>
    </Drawer>
  );
}
