// The browser follows the jobs of an organisation by server-sent events; what comes is put where pages read it.
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Job, Today } from "./api/types";

export const jobEnded = (job: Pick<Job, "state">) => ["done", "failed", "cancelled"].includes(job.state);
export const jobGoesOn = (job: Pick<Job, "state">) => ["waiting", "running", "held"].includes(job.state);

interface JobPage { items: Job[] }

export function takeJob(client: QueryClient, org: string, job: Job) {
  client.setQueryData(["job", org, job.id], job);
  client.setQueriesData<{ pages: JobPage[]; pageParams: unknown[] }>({ queryKey: ["jobs", org] }, (old) => old && ({
    ...old, pages: old.pages.map((page) => ({ ...page, items: page.items.map((item) => (item.id === job.id ? job : item)) })),
  }));
  client.setQueryData<Today>(["today", org], (old) => {
    if (!old) return old;
    const others = old.running.filter(({ id }) => id !== job.id);
    const known = others.length < old.running.length;
    if (!jobGoesOn(job)) return { ...old, running: others };
    return { ...old, running: known ? old.running.map((item) => (item.id === job.id ? job : item)) : [job, ...others] };
  });
  if (jobEnded(job)) {
    void client.invalidateQueries({ queryKey: ["today", org] });
    void client.invalidateQueries({ queryKey: ["seal_runs", org] });
    void client.invalidateQueries({ queryKey: ["seal_run", org] });
  }
}

export function useJobEvents(org: string) {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource(`/api/v1/orgs/${org}/events`);
    let wasOpen = false;
    source.addEventListener("job", (event: MessageEvent<string>) => {
      try { takeJob(client, org, JSON.parse(event.data) as Job); } catch { /* a cut line: the next event tells again */ }
    });
    source.addEventListener("open", () => {
      // After a break (the server was restarted) something may have been missed.
      if (wasOpen) void client.invalidateQueries();
      wasOpen = true;
    });
    return () => source.close();
  }, [client, org]);
}
