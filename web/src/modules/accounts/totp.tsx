// The second step at sign-in (RFC 6238): scan, type one code, keep the recovery codes.
import { Button, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { Note, ProblemNote, Section, State } from "@shell/parts";
import { useSigned } from "@shell/session";
import { notices } from "@shell/undo";
import { QrCode } from "./qr_code";

export function Totp() {
  const { t } = useTranslation();
  const { account } = useSigned();
  return (
    <Section title={t("accounts.totp")} lead={t("accounts.totp_lead")} actions={<State tone={account.totp_on ? "good" : "asleep"}>{t(account.totp_on ? "accounts.totp_is_on" : "accounts.totp_is_off")}</State>}>
      {account.totp_on ? <Off /> : <On />}
    </Section>
  );
}

function On() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [code, setCode] = useState("");
  const begin = useMutation({ mutationFn: () => body(api.POST("/api/v1/account/totp")) });
  const confirm = useMutation({ mutationFn: () => body(api.PUT("/api/v1/account/totp", { body: { code: code.trim() } })) });
  if (confirm.data) return (
    <div className="stack">
      <Note tone="waits">{t("accounts.recovery_text")}</Note>
      <ul className="recovery code" aria-label={t("accounts.recovery")}>{confirm.data.recovery_codes.map((one) => <li key={one}>{one}</li>)}</ul>
      <div><Button type="primary" onClick={() => void client.invalidateQueries({ queryKey: ["session"] })}>{t("accounts.recovery_kept")}</Button></div>
    </div>
  );
  if (!begin.data) return <>{begin.isError && <ProblemNote error={begin.error} />}<Button onClick={() => begin.mutate()} loading={begin.isPending}>{t("accounts.totp_begin")}</Button></>;
  return (
    <form className="row totp" onSubmit={(event) => { event.preventDefault(); confirm.mutate(); }}>
      <QrCode text={begin.data.uri} label={t("accounts.totp_qr")} />
      <div className="stack grow">
        <p>{t("accounts.totp_scan")}</p>
        <p className="small quiet">{t("accounts.totp_secret")} <span className="code">{begin.data.secret.replace(/(.{4})/g, "$1 ")}</span></p>
        <label className="field form-narrow"><span>{t("accounts.totp_code")}</span><Input value={code} inputMode="numeric" autoComplete="one-time-code" maxLength={6} onChange={(event) => setCode(event.target.value)} /></label>
        {confirm.isError && <ProblemNote error={confirm.error} />}
        <div><Button type="primary" htmlType="submit" disabled={!/^\d{6}$/.test(code.trim())} loading={confirm.isPending}>{t("accounts.totp_on")}</Button></div>
      </div>
    </form>
  );
}

function Off() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [password, setPassword] = useState("");
  const off = useMutation({ mutationFn: () => api.POST("/api/v1/account/totp/off", { body: { password } }),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: ["session"] }); notices.tell(t("accounts.totp_now_off")); } });
  return (
    <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); off.mutate(); }}>
      <label className="field"><span>{t("accounts.totp_off_password")}</span><Input.Password value={password} autoComplete="current-password" onChange={(event) => setPassword(event.target.value)} /></label>
      {off.isError && <ProblemNote error={off.error} />}
      <div><Button danger htmlType="submit" disabled={!password} loading={off.isPending}>{t("accounts.totp_off")}</Button></div>
    </form>
  );
}
