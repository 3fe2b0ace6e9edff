// The one door to the server: language, CSRF token and idempotency key on every request, problems as exceptions.
import createClient, { type Middleware } from "openapi-fetch";
import { i18n } from "@shell/i18n";
import { Problem, problemFrom } from "./problem";
import type { paths } from "./schema";

let csrf = "";
let onSignedOut: () => void = () => {};
export const rememberCsrf = (token: string | null | undefined) => { csrf = token ?? ""; };
export const whenSignedOut = (listener: () => void) => { onSignedOut = listener; };

export function requestHeaders(method: string): Record<string, string> {
  const headers: Record<string, string> = { "Accept-Language": i18n.language };
  if (method !== "GET" && method !== "HEAD" && csrf) headers["X-CSRF-Token"] = csrf;
  return headers;
}

// crypto.randomUUID exists on https and on this machine only; an office may begin with http://192.168.1.5:8440.
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const middleware: Middleware = {
  onRequest({ request }) {
    for (const [name, value] of Object.entries(requestHeaders(request.method))) request.headers.set(name, value);
    // A POST that is sent again by the browser or by a nervous finger makes one thing, not two.
    if (request.method === "POST" && !request.headers.has("Idempotency-Key"))
      request.headers.set("Idempotency-Key", idempotencyKey());
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return undefined;
    const problem = await readProblem(response);
    if (response.status === 401 && schemaPath !== "/api/v1/session" && schemaPath !== "/api/v1/session/sms") onSignedOut();
    throw problem;
  },
};

export async function readProblem(response: Response): Promise<Problem> {
  const requestId = response.headers.get("X-Request-Id") ?? "";
  try {
    return problemFrom(await response.json(), response.status, requestId);
  } catch {
    return problemFrom(null, response.status, requestId);
  }
}

// `fetch` is looked up at each call, so that a test can put its own in place.
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "http://localhost",
  credentials: "same-origin", fetch: (request) => globalThis.fetch(request) });
api.use(middleware);

// What a query wants: the body, with a problem already thrown.
export async function body<T>(reply: Promise<{ data?: T }>): Promise<T> {
  const { data } = await reply;
  return data as T;
}
