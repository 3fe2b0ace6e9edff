// What went wrong, as the server says it (RFC 9457) or as the browser can tell: always a sentence for people.
import { i18n } from "@shell/i18n";

export class Problem extends Error {
  readonly key: string; // the last part of `type`: "accounts.totp_needed"; "network" when nothing was reached
  readonly status: number;
  readonly field: string; // JSON pointer into what was sent, "" when it is about the whole
  readonly requestId: string;

  constructor(key: string, title: string, status = 0, field = "", requestId = "") {
    super(title);
    this.name = "Problem";
    this.key = key;
    this.status = status;
    this.field = field;
    this.requestId = requestId;
  }
}

interface ProblemDocument {
  type?: unknown;
  title?: unknown;
  detail?: unknown;
  field?: unknown;
  request_id?: unknown;
}

export function problemFrom(body: unknown, status: number, requestId = ""): Problem {
  const document: ProblemDocument = typeof body === "object" && body !== null ? body : {};
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const key = text(document.type).split("/").pop() ?? "";
  const sentence = text(document.detail) || text(document.title);
  return new Problem(
    key || `status_${status}`,
    sentence || i18n.t(status >= 500 ? "problem.server" : "problem.unreadable", { status }),
    status,
    text(document.field),
    text(document.request_id) || requestId,
  );
}

// fetch() rejects when nothing was reached: what was typed is still on the page.
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) return new Problem("network", i18n.t("problem.network"));
  return new Problem("browser", i18n.t("problem.browser"));
}
