// The first run: one short page, then the first sealed document.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { Field, passwordCharactersMin, Sheet, Submit, tokenOf, Trouble, useWork } from "./parts";

export function Setup() {
  const { t } = useTranslation();
  const [form, setForm] = useState({ organisation: "", name: "", email: "", password: "" });
  const token = tokenOf(location);
  const work = useWork(() => body(api.POST("/api/v1/setup", { body: { token, ...form, name: form.name.trim(), email: form.email.trim(), organisation: form.organisation.trim() } })),
    () => location.replace("/documents/new?first=1"));
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const short = form.password.length > 0 && form.password.length < passwordCharactersMin;
  if (!token) return <Sheet title={t("public.setup")}><p>{t("public.setup_no_token")}</p></Sheet>;
  return (
    <Sheet title={t("public.setup")} lead={t("public.setup_lead")}>
      <form className="outside-form" onSubmit={(event) => { event.preventDefault(); void work.run(); }}>
        <Field label={t("public.organisation")} value={form.organisation} autoFocus autoComplete="organization" maxLength={120} hint={t("public.organisation_hint")} onChange={(event) => set({ organisation: event.target.value })} />
        <Field label={t("public.your_name")} value={form.name} autoComplete="name" maxLength={60} onChange={(event) => set({ name: event.target.value })} />
        <Field label={t("public.email")} type="email" value={form.email} autoComplete="username" maxLength={120} onChange={(event) => set({ email: event.target.value })} />
        <Field label={t("public.password")} type="password" value={form.password} autoComplete="new-password" maxLength={200} bad={short} hint={t("public.password_rule", { count: passwordCharactersMin })} onChange={(event) => set({ password: event.target.value })} />
        <Trouble error={work.error} />
        <Submit busy={work.busy} disabled={!form.organisation.trim() || !form.name.trim() || !form.email.trim() || form.password.length < passwordCharactersMin}>{t("public.setup_button")}</Submit>
        <p className="small quiet">{t("public.setup_next")}</p>
      </form>
    </Sheet>
  );
}
