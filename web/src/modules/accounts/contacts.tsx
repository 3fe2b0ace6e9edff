// E-mail and phone: the new one proves itself by a code. Where this server can send none, a colleague changes it.
import { Button, Input, Segmented } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import type { Member } from "@shell/api/types";
import { Note, ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { notices } from "@shell/undo";

const kinds = ["email", "phone"] as const;
type Kind = (typeof kinds)[number];

function useReaches() {
  const { session } = useSigned();
  return (kind: Kind) => kind === "email" ? session.server.reaches_mail : session.server.reaches_phones;
}

function KindChoice({ value, onChange, choices }: { value: Kind; onChange: (kind: Kind) => void; choices: readonly Kind[] }) {
  const { t } = useTranslation();
  return <div className="scroll"><Segmented aria-label={t("accounts.contact")} value={value} onChange={onChange} options={choices.map((kind) => ({ value: kind, label: t(`accounts.contact_kind.${kind}`) }))} /></div>;
}

export function Contacts() {
  const { t } = useTranslation();
  const { account } = useSigned();
  const reaches = useReaches();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("email");
  const [value, setValue] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const sending = useMutation({ mutationFn: () => body(api.POST("/api/v1/account/contact_codes", { body: { kind, value: value.trim(), ...(account.has_password && { old_password: password }) } })) });
  const clear = () => { setValue(""); setPassword(""); setCode(""); sending.reset(); };
  const saving = useMutation({ mutationFn: () => api.PUT("/api/v1/account/contact", { body: { kind, value: value.trim(), code: code.trim() } }),
    onSuccess: async () => { clear(); await client.invalidateQueries({ queryKey: ["session"] }); notices.tell(t("accounts.contact_changed")); } });
  return (
    <Section title={t("accounts.contact")} lead={t("accounts.contact_lead")}>
      <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); if (sending.data) saving.mutate(); else sending.mutate(); }}>
        <KindChoice value={kind} choices={kinds} onChange={(next) => { setKind(next); clear(); }} />
        <p className="small quiet">{t("accounts.contact_now", { value: (kind === "email" ? account.email : account.phone_masked) || t("accounts.contact_none") })}</p>
        {!reaches(kind) ? <Note tone="waits">{t("accounts.contact_offline")}</Note> : <>
          <label className="field"><span>{t(`accounts.contact_new.${kind}`)}</span><Input type={kind === "email" ? "email" : "tel"} value={value} maxLength={120} disabled={!!sending.data} onChange={(event) => setValue(event.target.value)} /></label>
          {account.has_password && !sending.data && <label className="field"><span>{t("accounts.old_password")}</span><Input.Password value={password} autoComplete="current-password" onChange={(event) => setPassword(event.target.value)} /></label>}
          {sending.data && <label className="field"><span>{t("accounts.contact_code")}</span><Input value={code} autoFocus inputMode="numeric" autoComplete="one-time-code" maxLength={12} onChange={(event) => setCode(event.target.value)} />
            <span className="small quiet">{t("accounts.contact_sent", { value: value.trim() })}</span></label>}
          {(sending.error ?? saving.error) && <ProblemNote error={sending.error ?? saving.error} />}
          <div className="buttons">
            {sending.data
              ? <><Button type="primary" htmlType="submit" disabled={!code.trim()} loading={saving.isPending}>{t("accounts.contact_save")}</Button><Button onClick={() => { sending.reset(); saving.reset(); setCode(""); }}>{t("accounts.contact_again")}</Button></>
              : <Button htmlType="submit" disabled={!value.trim() || (account.has_password && !password)} loading={sending.isPending}>{t("accounts.contact_send")}</Button>}
          </div></>}
      </form>
    </Section>
  );
}

// Only for what this server cannot send codes to: else the colleague proves it.
export function MemberContact({ member }: { member: Member }) {
  const { t } = useTranslation();
  const { org } = useSigned();
  const reaches = useReaches();
  const client = useQueryClient();
  const choices = kinds.filter((kind) => !reaches(kind));
  const [kind, setKind] = useState<Kind>(choices[0] ?? "email");
  const [value, setValue] = useState("");
  const saving = useMutation({
    mutationFn: () => api.PUT("/api/v1/orgs/{org}/members/{account}/contact", { params: { path: { org: org.id, account: member.account } }, body: { kind, value: value.trim() } }),
    onSuccess: async () => { setValue(""); await client.invalidateQueries({ queryKey: ["members", org.id] }); notices.tell(t("accounts.contact_changed")); } });
  if (choices.length === 0) return null;
  return (
    <><hr className="rule" />
      <form className="stack-small" onSubmit={(event) => { event.preventDefault(); saving.mutate(); }}>
        <h3>{t("accounts.contact")}</h3>
        <p className="small quiet">{t("accounts.contact_for_member")}</p>
        <KindChoice value={kind} choices={choices} onChange={setKind} />
        <label className="field"><span>{t(`accounts.contact_new.${kind}`)}</span><Input type={kind === "email" ? "email" : "tel"} value={value} maxLength={120} onChange={(event) => setValue(event.target.value)} /></label>
        {saving.isError && <ProblemNote error={saving.error} />}
        <div><Button htmlType="submit" disabled={!value.trim()} loading={saving.isPending}>{t("accounts.contact_save")}</Button></div>
      </form></>
  );
}
