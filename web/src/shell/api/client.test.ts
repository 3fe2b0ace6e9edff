import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { i18n } from "@shell/i18n";
import zh from "@shell/i18n/zh-Hans.json";
import { api, body, rememberCsrf, whenSignedOut } from "./client";
import { asProblem, Problem } from "./problem";

const sent: Request[] = [];
let reply: () => Response;

beforeEach(async () => {
  sent.length = 0;
  rememberCsrf(null);
  await i18n.init({ lng: "zh-Hans", keySeparator: false, nsSeparator: false, resources: { "zh-Hans": { translation: zh } } });
  vi.stubGlobal("fetch", (request: Request) => { sent.push(request); return Promise.resolve(reply()); });
});
afterEach(() => { vi.unstubAllGlobals(); });

const json = (value: unknown, status = 200) => () => new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
const org = "0198f2a0-0000-7000-8000-000000000001";

it("a change carries the session's token and a key of its own, in the page's language", async () => {
  reply = json({ id: "1" });
  rememberCsrf("token");
  const ask = () => api.POST("/api/v1/orgs/{org}/keys/trial", { params: { path: { org } }, body: { name: "某某" } });
  await ask();
  await ask();
  const [first, second] = sent.map(({ headers }) => headers);
  expect(first?.get("X-CSRF-Token")).toBe("token");
  expect(first?.get("Accept-Language")).toBe("zh-Hans");
  expect(first?.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
  expect(second?.get("Idempotency-Key")).not.toBe(first?.get("Idempotency-Key"));
});

it("reading carries neither", async () => {
  reply = json({ signed_in: false });
  rememberCsrf("token");
  await body(api.GET("/api/v1/session"));
  expect(sent[0]?.headers.get("X-CSRF-Token")).toBeNull();
  expect(sent[0]?.headers.get("Idempotency-Key")).toBeNull();
});

it("a problem document becomes a sentence with its key, field and number", async () => {
  reply = json({ type: "https://shanqi.example/problems/accounts.bad_email", title: "邮箱不完整", detail: "邮箱“a@”不完整，没有保存。", field: "/email", request_id: "r1" }, 422);
  const problem = await body(api.GET("/api/v1/session")).then(() => null, asProblem);
  expect(problem).toMatchObject({ key: "accounts.bad_email", message: "邮箱“a@”不完整，没有保存。", field: "/email", requestId: "r1", status: 422 });
});

it("a reply that is no problem document still says what is safe", async () => {
  reply = () => new Response("<html>502</html>", { status: 502, headers: { "X-Request-Id": "r2" } });
  const problem = await body(api.GET("/api/v1/session")).then(() => null, asProblem);
  expect(problem?.message).toBe(zh["problem.server"]);
  expect(problem?.requestId).toBe("r2");
});

it("a session that ended sends to the sign-in page; a wrong password does not", async () => {
  const signedOut = vi.fn();
  whenSignedOut(signedOut);
  reply = json({ type: "x/accounts.wrong_password", title: "不对" }, 401);
  await expect(api.POST("/api/v1/session", { body: { login: "a", password: "b" } })).rejects.toBeInstanceOf(Problem);
  expect(signedOut).not.toHaveBeenCalled();
  await expect(api.GET("/api/v1/account/sessions")).rejects.toBeInstanceOf(Problem);
  expect(signedOut).toHaveBeenCalledTimes(1);
});

it("no network is told as such", () => {
  expect(asProblem(new TypeError("Failed to fetch")).message).toBe(zh["problem.network"]);
});
