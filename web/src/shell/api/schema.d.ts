// Written by hand to the shapes of the HTTP API until `shanqi openapi` exists; script/api replaces this file.
interface Operation<Path extends object, Query extends object, Body, Out> {
  parameters: { path: Path; query?: Query; header?: { "Idempotency-Key"?: string } };
  requestBody?: [Body] extends [never] ? never : { content: { "application/json": Body } };
  responses: { 200: { content: { "application/json": Out } } };
}
type Org = { org: string };
type None = Record<never, never>;
type Page<Item> = { items: Item[]; next?: string | null };
type Paging = { limit?: number; after?: string };
type Empty = Record<string, never>;

export interface Session {
  signed_in: boolean;
  first_run: boolean;
  account?: {
    id: string; name: string; email: string; phone_masked: string; language: string; totp_on: boolean;
    administrator: boolean;
  } | null;
  orgs: { id: string; name: string; short_name: string; role: string; permissions: string[]; logo_url?: string | null }[];
  csrf?: string | null;
  server: {
    version: string; public_url: string; reaches_phones: boolean; reaches_mail: boolean;
    sign_in: { password: boolean; sms: boolean; oidc: { id: string; name: string }[]; wecom: boolean };
  };
}
interface Job {
  id: string; kind: string; state: string; attempt: number; attempts_max: number; done: number; total: number;
  note?: string | null; created: string; started?: string | null; finished?: string | null;
  created_by?: string | null; result?: unknown;
}
interface Key {
  id: string; organisation: string; trial: boolean; algorithm: string; expires: string; fingerprint: string;
  locked: boolean;
}
interface SealRun {
  id: string; state: string; template_name: string; data_name: string; job?: string | null; sealed: number;
  refused: number; skipped: number; total: number; pages: number; seconds: number; trial: boolean;
  refused_examples: { row: number; cell?: string; text: string }[]; created: string; created_by: string;
}
interface AccountSession {
  id: string; created: string; last_seen: string; client: string; device: string; current: boolean;
}
interface Token {
  id: string; name: string; scopes: string[]; created: string; expires?: string | null; last_used?: string | null;
}
interface Organisation {
  name: string; short_name: string; credit_code?: string | null; warnings: string[]; logo_url?: string | null;
}
interface Member {
  account: string; name: string; email: string; phone_masked: string; role: string; joined: string;
  last_seen?: string | null;
}
interface Invitation { id: string; role: string; name: string; link?: string; expires: string }
interface Backup { file: string; time: string; bytes: number }

export interface paths {
  "/api/v1/session": {
    get: Operation<None, None, never, Session>;
    post: Operation<None, None, { login: string; password: string; code?: string }, Session>;
    delete: Operation<None, None, never, Empty>;
  };
  "/api/v1/session/sms_codes": { post: Operation<None, None, { phone: string }, { resend_after_seconds: number }> };
  "/api/v1/session/sms": { post: Operation<None, None, { phone: string; code: string }, Session> };
  "/api/v1/setup": {
    post: Operation<None, None, { token: string; name: string; email: string; password: string; organisation: string }, Session>;
  };
  "/api/v1/account": { put: Operation<None, None, { name: string; language: string }, Empty> };
  "/api/v1/account/password": { put: Operation<None, None, { old_password: string; new_password: string }, Empty> };
  "/api/v1/account/totp": {
    post: Operation<None, None, never, { secret: string; uri: string }>;
    put: Operation<None, None, { code: string }, { recovery_codes: string[] }>;
  };
  "/api/v1/account/totp/off": { post: Operation<None, None, { password: string }, Empty> };
  "/api/v1/account/sessions": { get: Operation<None, Paging, never, Page<AccountSession>> };
  "/api/v1/account/sessions/{session}": { delete: Operation<{ session: string }, None, never, Empty> };
  "/api/v1/account/tokens": {
    get: Operation<None, Paging, never, Page<Token>>;
    post: Operation<None, None, { name: string; scopes: string[]; expires?: string | null }, Token & { token: string }>;
  };
  "/api/v1/account/tokens/{token}": { delete: Operation<{ token: string }, None, never, Empty> };
  "/api/v1/orgs/{org}": {
    get: Operation<Org, None, never, Organisation>;
    put: Operation<Org, None, { name: string; short_name: string; credit_code?: string | null }, Organisation>;
  };
  "/api/v1/orgs/{org}/members": { get: Operation<Org, Paging, never, Page<Member>> };
  "/api/v1/orgs/{org}/members/{account}": {
    put: Operation<Org & { account: string }, None, { role: string }, Empty>;
    delete: Operation<Org & { account: string }, None, never, Empty>;
  };
  "/api/v1/orgs/{org}/members/{account}/login_code": {
    post: Operation<Org & { account: string }, None, never, { code: string; expires: string }>;
  };
  "/api/v1/orgs/{org}/invitations": {
    get: Operation<Org, Paging, never, Page<Invitation>>;
    post: Operation<Org, None, { role: string; name: string; email?: string; phone?: string }, Invitation>;
  };
  "/api/v1/orgs/{org}/invitations/{invitation}": { delete: Operation<Org & { invitation: string }, None, never, Empty> };
  "/api/v1/invitations/{token}": {
    get: Operation<{ token: string }, None, never, { organisation: string; role: string; invited_by: string }>;
  };
  "/api/v1/invitations/{token}/accept": {
    post: Operation<{ token: string }, None, { name: string; email: string; password: string }, Session>;
  };
  "/api/v1/orgs/{org}/roles": { get: Operation<Org, None, never, Page<{ role: string; permissions: string[] }>> };
  "/api/v1/orgs/{org}/today": {
    get: Operation<Org, None, never, {
      waiting: { kind: string; id: string; title: string; button: string; count: number; link: string }[];
      running: Job[];
      due: { kind: string; id: string; title: string; link: string; due: string }[];
    }>;
  };
  "/api/v1/orgs/{org}/audit": {
    get: Operation<Org, Paging & { action_prefix?: string; actor?: string; object?: string; from?: string; until?: string },
      never, Page<{ id: string; time: string; actor: string; actor_name: string; action: string; object: string;
        details: Record<string, unknown>; sequence: number }>>;
  };
  "/api/v1/orgs/{org}/audit/verify": {
    post: Operation<Org, None, never, { entries: number; head: string;
      faults: { kind: string; sequence: number; entry: string }[] }>;
  };
  "/api/v1/orgs/{org}/jobs": { get: Operation<Org, Paging & { state?: string; kind_prefix?: string }, never, Page<Job>> };
  "/api/v1/orgs/{org}/jobs/{job}": { get: Operation<Org & { job: string }, None, never, Job> };
  "/api/v1/orgs/{org}/jobs/{job}/retry": { post: Operation<Org & { job: string }, None, never, Empty> };
  "/api/v1/orgs/{org}/jobs/{job}/cancel": { post: Operation<Org & { job: string }, None, never, Empty> };
  "/api/v1/installation": {
    get: Operation<None, None, never, {
      version: string; database: string; data_folder: string; free_bytes: number;
      checks: { key: string; ok: boolean; severity: string; title: string; mend: string }[];
      public_url: string; tls: boolean; icp_number: string;
      sms: { set_up: boolean; gateway: string }; mail: { set_up: boolean; server: string }; backups: Backup[];
    }>;
  };
  "/api/v1/installation/network": { put: Operation<None, None, { public_url: string; icp_number: string }, Empty> };
  "/api/v1/installation/sms_test": { post: Operation<None, None, { phone: string }, Empty> };
  "/api/v1/installation/mail_test": { post: Operation<None, None, { address: string }, Empty> };
  "/api/v1/installation/backups": {
    get: Operation<None, Paging, never, Page<Backup>>;
    post: Operation<None, None, { passphrase: string }, { file: string; bytes: number }>;
  };
  "/api/v1/orgs/{org}/keys": { get: Operation<Org, Paging, never, Page<Key>>;
    post: Operation<Org, None, { upload: string; password: string }, Key> };
  "/api/v1/orgs/{org}/keys/trial": { post: Operation<Org, None, { name: string }, Key> };
  "/api/v1/orgs/{org}/samples": {
    post: Operation<Org, None, never, { template: { id: string; name: string }; data: { id: string; name: string } }>;
  };
  "/api/v1/orgs/{org}/seal_checks": {
    post: Operation<Org, None, { template: string; data: string; sheet?: string }, {
      rows: number; problem_rows?: number; fields: { name: string; column: string; problem?: string | null }[];
      columns: { name: string; kind: string; example: string }[];
      problems: { row: number; cell: string; field: string; text: string }[]; notices: string[];
    }>;
  };
  "/api/v1/orgs/{org}/seal_runs": {
    get: Operation<Org, Paging, never, Page<SealRun>>;
    post: Operation<Org, None, { template: string; data: string; key: string; sheet?: string; name_pattern?: string;
      number_pattern?: string }, { id: string; job: string; state: string }>;
  };
  "/api/v1/orgs/{org}/seal_runs/{run}": { get: Operation<Org & { run: string }, None, never, SealRun> };
}
