// A colleague opens an invitation: who asks stands on top, three answers, in.
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, rememberCsrf } from "@shell/api/client";
import { Field, passwordCharactersMin, Sheet, Submit, tokenOf, Trouble, useWork } from "./parts";

interface Asked { organisation: string; role: string; invited_by: string }

export function Invite() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [trouble, setTrouble] = useState<unknown>(null);
  const [form, setForm] = useState({ name: "", email: "", password: "" });
  const [joinsAs, setJoinsAs] = useState(""); // whoever is signed in joins with that account
  const token = tokenOf(location);
  useEffect(() => {
    body(api.GET("/api/v1/session")).then((session) => {
      rememberCsrf(session.csrf);
      setJoinsAs(session.account?.name ?? "");
      return body(api.GET("/api/v1/invitations/{token}", { params: { path: { token } } }));
    }).then(setAsked, setTrouble);
  }, [token]);
  const work = useWork(() => body(api.POST("/api/v1/invitations/{token}/accept", { params: { path: { token } }, body: joinsAs ? {} : { ...form, name: form.name.trim(), email: form.email.trim() } })),
    () => location.replace("/"));
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const short = form.password.length > 0 && form.password.length < passwordCharactersMin;
  if (!asked) return <Sheet title={t("public.invite")}>{trouble ? <><Trouble error={trouble} /><p className="quiet">{t("public.invite_ask_again")}</p></> : <p role="status" className="quiet">{t("public.loading")}</p>}</Sheet>;
  return (
    <Sheet title={t("public.invite_to", { organisation: asked.organisation })} lead={t("public.invite_by", { name: asked.invited_by, role: t(`public.role.${asked.role}`) })}>
      <form className="outside-form" onSubmit={(event) => { event.preventDefault(); void work.run(); }}>
        {joinsAs ? <p>{t("public.join_as", { name: joinsAs })}</p> : <>
        <Field label={t("public.your_name")} value={form.name} autoFocus autoComplete="name" maxLength={60} onChange={(event) => set({ name: event.target.value })} />
        <Field label={t("public.email")} type="email" value={form.email} autoComplete="username" maxLength={120} hint={t("public.email_hint")} onChange={(event) => set({ email: event.target.value })} />
        <Field label={t("public.password")} type="password" value={form.password} autoComplete="new-password" maxLength={200} bad={short} hint={t("public.password_rule", { count: passwordCharactersMin })} onChange={(event) => set({ password: event.target.value })} />
        </>}
        <Trouble error={work.error} />
        <Submit busy={work.busy} disabled={!joinsAs && (!form.name.trim() || !form.email.trim() || form.password.length < passwordCharactersMin)}>{t("public.join", { organisation: asked.organisation })}</Submit>
      </form>
    </Sheet>
  );
}
