import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "@shell/api/client";
import { nextCursor } from "@shell/data_table";

export interface AuditFilter { action_prefix?: string; actor?: string; object?: string; from?: string; until?: string }

const first = undefined as string | undefined;

export const useAudit = (org: string, filter: AuditFilter) =>
  useInfiniteQuery({ queryKey: ["audit", org, filter], initialPageParam: first, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/orgs/{org}/audit", { params: { path: { org }, query: { ...filter, limit: 50, after: pageParam } } })) });

export const useJobs = (org: string, state: string) =>
  useInfiniteQuery({ queryKey: ["jobs", org, state], initialPageParam: first, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/orgs/{org}/jobs", { params: { path: { org }, query: { ...(state && { state }), after: pageParam } } })) });

export const useBackups = () => useQuery({ queryKey: ["backups"], queryFn: () => body(api.GET("/api/v1/installation/backups")) });

// A day of the calendar here as the instants it begins and ends with, as the API takes them: no fractions.
export function dayBegins(day: string): string { return new Date(`${day}T00:00:00`).toISOString().replace(".000Z", "Z"); }
export function dayEnds(day: string): string {
  const next = new Date(`${day}T00:00:00`);
  next.setDate(next.getDate() + 1);
  return next.toISOString().replace(".000Z", "Z");
}

