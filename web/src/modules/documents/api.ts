import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, body } from "@shell/api/client";
import { nextCursor } from "@shell/data_table";

export const useSealRuns = (org: string) =>
  useInfiniteQuery({ queryKey: ["seal_runs", org, "list"], initialPageParam: undefined as string | undefined, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/orgs/{org}/seal_runs", { params: { path: { org }, query: { after: pageParam } } })) });

export const useSealRun = (org: string, run: string) =>
  useQuery({ queryKey: ["seal_run", org, run],
    queryFn: () => body(api.GET("/api/v1/orgs/{org}/seal_runs/{run}", { params: { path: { org, run } } })) });

export const useRunDocuments = (org: string, run: string) =>
  useInfiniteQuery({ queryKey: ["seal_run_documents", org, run], initialPageParam: undefined as string | undefined, getNextPageParam: nextCursor,
    queryFn: ({ pageParam }) => body(api.GET("/api/v1/orgs/{org}/seal_runs/{run}/documents", { params: { path: { org, run }, query: { after: pageParam } } })) });

export const useTrials = (org: string, enabled: boolean) =>
  useQuery({ queryKey: ["trials", org], enabled, queryFn: () => body(api.GET("/api/v1/orgs/{org}/trials", { params: { path: { org } } })) });

export const useKeys = (org: string) =>
  useQuery({ queryKey: ["keys", org], queryFn: () => body(api.GET("/api/v1/orgs/{org}/keys", { params: { path: { org } } })) });

export const useJob = (org: string, job: string | null | undefined) =>
  useQuery({ queryKey: ["job", org, job], enabled: !!job,
    queryFn: () => body(api.GET("/api/v1/orgs/{org}/jobs/{job}", { params: { path: { org, job: job ?? "" } } })) });

export const runFile = (org: string, run: string, file: string) => `/api/v1/orgs/${org}/seal_runs/${run}/${file}`;
