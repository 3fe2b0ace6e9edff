// A running job as everybody sees it: what, how far, how fast, how long still.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Job } from "./api/types";
import { count, duration } from "./format";
import { jobGoesOn } from "./events";
import { Bar } from "./parts";
import { pace, see, type Seen } from "./progress";

export function useJobName() {
  const { t } = useTranslation();
  return (job: Pick<Job, "kind" | "kind_title">) => t(`job.kind.${job.kind}`, { defaultValue: job.kind_title || job.kind });
}

export function usePace(job: Job) {
  const [trail, setTrail] = useState<Seen[]>([]);
  useEffect(() => { setTrail((old) => see(old, Date.now(), job.done)); }, [job.done, job.attempt]);
  return job.state === "running" ? pace(trail, job.total, job.started) : undefined;
}

export function JobProgress({ job, to }: { job: Job; to?: string }) {
  const { t } = useTranslation();
  const name = useJobName();
  const found = usePace(job);
  const title = name(job);
  return (
    <div className="stack-small job-progress">
      <p className="row">{to ? <Link to={to}>{title}</Link> : title}
        <span className="quiet small">{t(`job.state.${job.state}`)}</span></p>
      {job.total > 0 && <Bar done={job.done} total={job.total} label={title} />}
      {jobGoesOn(job) && job.total > 0 && (
        <p className="small quiet figures">
          {t("job.of", { done: count(job.done), total: count(job.total) })}
          {found && ` · ${t("job.rate", { rate: count(Math.max(1, found.perSecond)) })} · ${t("job.left", { time: duration(found.secondsLeft) })}`}
        </p>
      )}
    </div>
  );
}
