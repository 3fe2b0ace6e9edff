import { Button, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import type { Organisation } from "@shell/api/types";
import { upload } from "@shell/api/upload";
import { Mark } from "@shell/icons";
import { Loaded, Page, ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { notices } from "@shell/undo";
import { useOrganisation } from "./api";
import { creditCodeFault } from "./credit_code";
import "./accounts.css";

const logoBytesMax = 1 << 20;

export function OrganisationPage() {
  const { t } = useTranslation();
  const { org } = useSigned();
  const query = useOrganisation(org.id);
  return (
    <Page title={t("place.organisation")} lead={t("accounts.org_lead")}>
      <Loaded query={query}>{(organisation) => <><Names organisation={organisation} /><Logo /></>}</Loaded>
    </Page>
  );
}

function Names({ organisation }: { organisation: Organisation }) {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const client = useQueryClient();
  const before = { name: organisation.name, short_name: organisation.short_name, credit_code: organisation.credit_code ?? "" };
  const [form, setForm] = useState(before);
  const mayChange = may("accounts.organisation_edit");
  const write = (value: typeof before) => body(api.PUT("/api/v1/orgs/{org}", { params: { path: { org: org.id } }, body: { ...value, credit_code: value.credit_code.trim() } }));
  const refresh = () => Promise.all([client.invalidateQueries({ queryKey: ["organisation", org.id] }), client.invalidateQueries({ queryKey: ["session"] })]);
  const saving = useMutation({ mutationFn: write, onSuccess: async () => {
    await refresh();
    notices.done(t("accounts.org_saved"), () => { setForm(before); void write(before).then(refresh); });
  } });
  const fault = form.credit_code.trim() ? creditCodeFault(form.credit_code) : undefined;
  const changed = JSON.stringify(form) !== JSON.stringify(before);
  return (
    <Section title={t("accounts.names")}>
      <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); saving.mutate(form); }}>
        <label className="field"><span>{t("accounts.org_name")}</span>
          <Input value={form.name} disabled={!mayChange} maxLength={120} onChange={(event) => setForm({ ...form, name: event.target.value })} /></label>
        <label className="field"><span>{t("accounts.org_short_name")}</span>
          <Input value={form.short_name} disabled={!mayChange} maxLength={40} onChange={(event) => setForm({ ...form, short_name: event.target.value })} /></label>
        <label className="field"><span>{t("accounts.credit_code")}</span>
          <Input value={form.credit_code} disabled={!mayChange} maxLength={24} status={fault ? "warning" : undefined} aria-describedby="credit-code-words"
            onChange={(event) => setForm({ ...form, credit_code: event.target.value })} /></label>
        <div id="credit-code-words" role="status" className="small waits">
          {fault && <p>{t(`accounts.credit_code_${fault}`)} {t("accounts.credit_code_may_save")}</p>}
          {!fault && organisation.warnings.map((warning) => <p key={warning.key}>{warning.text}</p>)}
        </div>
        {saving.isError && <ProblemNote error={saving.error} />}
        {mayChange && <div><Button type="primary" htmlType="submit" disabled={!changed || !form.name.trim()} loading={saving.isPending}>{t("accounts.save_org")}</Button></div>}
      </form>
    </Section>
  );
}

function Logo() {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const client = useQueryClient();
  const [version, setVersion] = useState(0);
  const sending = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > logoBytesMax) throw new Error("too large");
      return upload(`/api/v1/orgs/${org.id}/logo`, file, () => {}, "PUT");
    },
    onSuccess: async () => { setVersion(version + 1); await client.invalidateQueries({ queryKey: ["session"] }); notices.tell(t("accounts.logo_saved")); },
  });
  const tooLarge = sending.error?.message === "too large";
  return (
    <Section title={t("accounts.logo")} lead={t("accounts.logo_lead")}>
      <div className="row">
        <span className="logo-box">{org.logo_url ? <img key={version} src={`${org.logo_url}${version ? `?v=${version}` : ""}`} alt={t("accounts.logo_alt", { name: org.name })} /> : <Mark size={56} />}</span>
        {may("accounts.organisation_edit") && (
          <label className="file-button">
            <input type="file" accept="image/png,image/jpeg" className="unseen" onChange={(event) => { const file = event.target.files?.[0]; if (file) sending.mutate(file); event.target.value = ""; }} />
            <span>{t(org.logo_url ? "accounts.logo_change" : "accounts.logo_choose")}</span>
          </label>
        )}
      </div>
      {sending.isError && (tooLarge ? <p className="bad" role="alert">{t("accounts.logo_too_large")}</p> : <ProblemNote error={sending.error} />)}
    </Section>
  );
}
