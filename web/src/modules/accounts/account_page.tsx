// 登录与安全: my name, my password, the second step, and where I am signed in.
import { Button, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@shell/api/client";
import { Listed } from "@shell/data_table";
import { ago } from "@shell/format";
import { Page, ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { notices } from "@shell/undo";
import { useAccountSessions } from "./api";
import { Contacts } from "./contacts";
import { CameBack, Identities } from "./identities";
import { Leaving } from "./leaving";
import { Totp } from "./totp";
import "./accounts.css";

export const passwordCharactersMin = 10;

export function AccountPage() {
  const { t } = useTranslation();
  const { account } = useSigned();
  return (
    <Page title={t("place.account")} lead={[account.email, account.phone_masked].filter(Boolean).join(" · ")}>
      <CameBack />
      <Name />
      <Contacts />
      <Password />
      <Totp />
      <Identities />
      <Sessions />
      <Leaving />
    </Page>
  );
}

function Name() {
  const { t, i18n } = useTranslation();
  const { account } = useSigned();
  const client = useQueryClient();
  const [name, setName] = useState(account.name);
  const saving = useMutation({ mutationFn: () => api.PUT("/api/v1/account", { body: { name: name.trim(), language: i18n.language } }),
    onSuccess: async () => { await client.invalidateQueries({ queryKey: ["session"] }); notices.tell(t("accounts.name_saved")); } });
  return (
    <Section title={t("accounts.my_name")}>
      <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); saving.mutate(); }}>
        <label className="field"><span>{t("accounts.name")}</span><Input value={name} maxLength={60} autoComplete="name" onChange={(event) => setName(event.target.value)} /></label>
        {saving.isError && <ProblemNote error={saving.error} />}
        <div><Button htmlType="submit" disabled={!name.trim() || name.trim() === account.name} loading={saving.isPending}>{t("accounts.save_name")}</Button></div>
      </form>
    </Section>
  );
}

function Password() {
  const { t } = useTranslation();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const saving = useMutation({ mutationFn: () => api.PUT("/api/v1/account/password", { body: { old_password: old, new_password: fresh } }),
    onSuccess: () => { setOld(""); setFresh(""); notices.tell(t("accounts.password_changed")); } });
  const short = fresh.length > 0 && fresh.length < passwordCharactersMin;
  return (
    <Section title={t("accounts.password")} lead={t("accounts.password_lead")}>
      <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); saving.mutate(); }}>
        <label className="field"><span>{t("accounts.old_password")}</span><Input.Password value={old} autoComplete="current-password" onChange={(event) => setOld(event.target.value)} /></label>
        <label className="field"><span>{t("accounts.new_password")}</span><Input.Password value={fresh} autoComplete="new-password" aria-describedby="password-words" onChange={(event) => setFresh(event.target.value)} />
          <span id="password-words" className={short ? "bad small" : "small quiet"}>{t("accounts.password_rule", { count: passwordCharactersMin })}</span></label>
        {saving.isError && <ProblemNote error={saving.error} />}
        <div><Button htmlType="submit" disabled={!old || fresh.length < passwordCharactersMin} loading={saving.isPending}>{t("accounts.change_password")}</Button></div>
      </form>
    </Section>
  );
}

function Sessions() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useAccountSessions();
  const ending = useMutation({ mutationFn: (session: string) => api.DELETE("/api/v1/account/sessions/{session}", { params: { path: { session } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["account_sessions"] }) });
  return (
    <Section title={t("accounts.sessions")} lead={t("accounts.sessions_lead")}>
      <Listed query={query} empty={null}>
        {(items) => (
          <ul className="lines">
            {items.map((session) => (
              <li key={session.id}>
                <div className="grow"><p>{session.device || t("accounts.unknown_device")}{session.current && <> <span className="tag">{t("accounts.this_device")}</span></>}</p>
                  <p className="small quiet figures">{session.client} · {t("accounts.seen", { time: ago(session.last_seen) })}</p></div>
                {!session.current && <Button onClick={() => ending.mutate(session.id)} loading={ending.isPending && ending.variables === session.id}>{t("accounts.end_session")}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Listed>
      {ending.isError && <ProblemNote error={ending.error} />}
    </Section>
  );
}
