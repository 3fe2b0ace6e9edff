// Names for what the generated client returns, so that pages do not repeat paths.
import type { paths } from "./schema";

type Json<T> = T extends { content: { "application/json": infer Out } } ? Out : never;
type Answer<T> = T extends { responses: infer R }
  ? R extends { 200: infer Ok } ? Json<Ok> : R extends { 201: infer Made } ? Json<Made> : never
  : never;
export type Reply<Path extends keyof paths, Method extends keyof paths[Path]> = Answer<paths[Path][Method]>;
type Items<T> = T extends { items: (infer Item)[] } ? Item : never;

export type Session = Reply<"/api/v1/session", "get">;
export type SessionOrg = Session["orgs"][number];
export type Today = Reply<"/api/v1/orgs/{org}/today", "get">;
export type Job = Reply<"/api/v1/orgs/{org}/jobs/{job}", "get">;
export type Key = Items<Reply<"/api/v1/orgs/{org}/keys", "get">>;
export type SealRun = Reply<"/api/v1/orgs/{org}/seal_runs/{run}", "get">;
export type SealRunLine = Items<Reply<"/api/v1/orgs/{org}/seal_runs", "get">>;
export type SealedDocument = Items<Reply<"/api/v1/orgs/{org}/seal_runs/{run}/documents", "get">>;
export type SealCheck = Reply<"/api/v1/orgs/{org}/seal_checks", "post">;
export type Member = Items<Reply<"/api/v1/orgs/{org}/members", "get">>;
export type Invitation = Items<Reply<"/api/v1/orgs/{org}/invitations", "get">>;
export type Organisation = Reply<"/api/v1/orgs/{org}", "get">;
export type AccountSession = Items<Reply<"/api/v1/account/sessions", "get">>;
export type Token = Items<Reply<"/api/v1/account/tokens", "get">>;
export type AuditLine = Items<Reply<"/api/v1/orgs/{org}/audit", "get">>;
export type AuditReport = Reply<"/api/v1/orgs/{org}/audit/verify", "post">;
export type Installation = Reply<"/api/v1/installation", "get">;
export type Backup = Items<Reply<"/api/v1/installation/backups", "get">>;
