import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, rememberCsrf } from "@shell/api/client";
import { asProblem } from "@shell/api/problem";
import type { Session } from "@shell/api/types";
import { useCameBack } from "../modules/single_sign_on/came_back";
import { Field, nextPath, Sheet, Submit, Trouble, useWork } from "./parts";

const enter = () => location.replace(nextPath(location.search));

export function SignIn() {
  const { t } = useTranslation();
  const [session, setSession] = useState<Session | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [way, setWay] = useState<"password" | "sms">("password");
  const failed = new URLSearchParams(location.search).get("error");
  const sentence = useCameBack();
  useEffect(() => {
    body(api.GET("/api/v1/session")).then((found) => {
      // Whoever was linking an identity is signed in: what came of it is said where they began.
      if (found.signed_in) { if (failed) location.replace(`/settings/account?error=${encodeURIComponent(failed)}`); else enter(); }
      rememberCsrf(found.csrf);
      setSession(found);
    }, setTrouble);
  }, [failed]);
  // A code comes by SMS or, where no gateway is set up, from a colleague who looked whom it is for.
  const ways = session?.server.sign_in;
  return (
    <Sheet title={t("public.sign_in")} lead={session?.first_run ? t("public.first_run") : t("public.sign_in_lead")}>
      {failed && <div className="note note-bad" role="alert"><p>{sentence(failed)}</p></div>}
      <Trouble error={trouble} />
      {session && (
        <div className="outside-ways" role="group" aria-label={t("public.ways")}>
          <button type="button" aria-pressed={way === "password"} onClick={() => setWay("password")}>{t("public.with_password")}</button>
          <button type="button" aria-pressed={way === "sms"} onClick={() => setWay("sms")}>{t("public.with_sms")}</button>
        </div>
      )}
      {way === "password" ? <WithPassword /> : <WithCode reaches={session?.server.reaches_phones ?? false} />}
      {ways && (ways.oidc.length > 0 || ways.wecom) && (
        <div className="outside-others">
          <p className="quiet small">{t("public.or")}</p>
          {ways.wecom && <a className="outside-other" href="/api/v1/wecom/start">{t("public.with_wecom")}</a>}
          {ways.oidc.map((provider) => <a key={provider.id} className="outside-other" href={`/api/v1/oidc/${encodeURIComponent(provider.id)}/start`}>{t("public.with", { name: provider.name })}</a>)}
        </div>
      )}
    </Sheet>
  );
}

function WithPassword() {
  const { t } = useTranslation();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const work = useWork(() => body(api.POST("/api/v1/session", { body: { login: login.trim(), password, ...(asksCode && { code: code.trim() }) } })), enter);
  const needsCode = work.error !== null && asProblem(work.error).key === "accounts.totp_needed";
  useEffect(() => { if (needsCode) { setAsksCode(true); work.clear(); } }, [needsCode, work]);
  return (
    <form className="outside-form" onSubmit={(event) => { event.preventDefault(); void work.run(); }}>
      {asksCode
        ? <><p>{t("public.totp_text")}</p><Field label={t("public.totp")} value={code} autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={32} onChange={(event) => setCode(event.target.value)} /></>
        : <><Field label={t("public.login")} value={login} autoFocus autoComplete="username" maxLength={120} onChange={(event) => setLogin(event.target.value)} />
            <Field label={t("public.password")} type="password" value={password} autoComplete="current-password" maxLength={200} onChange={(event) => setPassword(event.target.value)} /></>}
      <Trouble error={work.error} />
      <Submit busy={work.busy} disabled={asksCode ? !code.trim() : !login.trim() || !password}>{t("public.sign_in_button")}</Submit>
      {asksCode && <button type="button" className="outside-link" onClick={() => { setAsksCode(false); setCode(""); work.clear(); }}>{t("public.back")}</button>}
    </form>
  );
}

function WithCode({ reaches }: { reaches: boolean }) {
  const { t } = useTranslation();
  const [phone, setPhone] = useState("");
  const [code, setCode] = useState("");
  const [totp, setTotp] = useState("");
  const [asksTotp, setAsksTotp] = useState(false);
  const [left, setLeft] = useState(0);
  const [sent, setSent] = useState(false);
  useEffect(() => {
    if (left <= 0) return undefined;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  const sending = useWork(() => body(api.POST("/api/v1/session/sms_codes", { body: { phone: phone.trim() } })),
    (answer) => { setSent(true); setLeft(answer.resend_after_seconds); });
  const entering = useWork(() => body(api.POST("/api/v1/session/sms", { body: { phone: phone.trim(), code: code.trim(), ...(asksTotp && { totp: totp.trim() }) } })), enter);
  const needsTotp = entering.error !== null && asProblem(entering.error).key === "accounts.totp_needed";
  useEffect(() => { if (needsTotp) { setAsksTotp(true); entering.clear(); } }, [needsTotp, entering]);
  return (
    <form className="outside-form" onSubmit={(event) => { event.preventDefault(); void entering.run(); }}>
      <Field label={t(reaches ? "public.phone" : "public.login")} value={phone} autoFocus inputMode={reaches ? "tel" : "text"} autoComplete={reaches ? "tel" : "username"} maxLength={120} onChange={(event) => setPhone(event.target.value)} />
      {reaches
        ? <button type="button" className="outside-other" disabled={!phone.trim() || left > 0 || sending.busy} onClick={() => void sending.run()}>{left > 0 ? t("public.again_in", { seconds: left }) : t(sent ? "public.send_again" : "public.send_code")}</button>
        : <p className="small waits">{t("public.ask_colleague")}</p>}
      <Field label={t("public.code")} value={code} inputMode="numeric" autoComplete="one-time-code" maxLength={12} hint={sent ? t("public.code_sent") : undefined} onChange={(event) => setCode(event.target.value)} />
      {asksTotp && <><p>{t("public.totp_text")}</p><Field label={t("public.totp")} value={totp} autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={32} onChange={(event) => setTotp(event.target.value)} /></>}
      <Trouble error={sending.error ?? entering.error} />
      <Submit busy={entering.busy} disabled={!phone.trim() || !code.trim() || (asksTotp && !totp.trim())}>{t("public.sign_in_button")}</Submit>
    </form>
  );
}
