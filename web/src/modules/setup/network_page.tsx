// Onto the network, step by step. Until it is done this page says plainly that links reach nobody outside.
import { Button, Input } from "antd";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import type { Installation } from "@shell/api/types";
import { bytes } from "@shell/format";
import { Facts, Loaded, Note, Page, ProblemNote, Section, State } from "@shell/parts";
import { showIcpNumber } from "@shell/icp";
import { notices } from "@shell/undo";

export const useInstallation = () => useQuery({ queryKey: ["installation"], queryFn: () => body(api.GET("/api/v1/installation")) });

export function NetworkPage() {
  const { t } = useTranslation();
  const query = useInstallation();
  return (
    <Page title={t("place.network")} lead={t("setup.network_lead")}>
      <Loaded query={query}>{(installation) => <Guide installation={installation} />}</Loaded>
    </Page>
  );
}

export function hostOf(address: string): string {
  try { return new URL(address).hostname; } catch { return ""; }
}
// Only https with a real host: links carry tokens, and cookies are Secure.
export const isPublicAddress = (address: string) => /^https:\/\/[^/\s]+\.[^/\s]+\/?$/.test(address.trim());

function Guide({ installation }: { installation: Installation }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [address, setAddress] = useState(installation.public_url);
  const [icp, setIcp] = useState(installation.icp_number);
  const saving = useMutation({ mutationFn: () => api.PUT("/api/v1/installation/network", { body: { public_url: address.trim(), icp_number: icp.trim() } }),
    onSuccess: async () => { showIcpNumber(icp.trim()); await client.invalidateQueries({ queryKey: ["installation"] }); await client.invalidateQueries({ queryKey: ["session"] }); notices.tell(t("setup.saved")); } });
  const host = hostOf(address) || "oa.example.org";
  const caddy = `${host} {\n    encode gzip\n    reverse_proxy 127.0.0.1:8440\n}`;
  const changed = address.trim() !== installation.public_url || icp.trim() !== installation.icp_number;
  const save = <div className="buttons"><Button type="primary" disabled={!changed || (address.trim() !== "" && !isPublicAddress(address))} loading={saving.isPending} onClick={() => saving.mutate()}>{t("setup.save_network")}</Button></div>;
  return (
    <div className="stack">
      {installation.public_url
        ? <Note tone="good">{t("setup.reaches", { address: installation.public_url })}</Note>
        : <Note tone="waits">{t("setup.reaches_nobody")}</Note>}
      <Section title={t("setup.steps")}>
        <ol className="guide">
          <Step done={!!installation.public_url} title={t("setup.step_address")} text={t("setup.step_address_text")}>
            <label className="field form-narrow"><span>{t("setup.address")}</span>
              <Input value={address} onChange={(event) => setAddress(event.target.value)} placeholder="https://oa.example.org" inputMode="url" autoComplete="off"
                status={address && !isPublicAddress(address) ? "error" : undefined} /></label>
            {address && !isPublicAddress(address) && <p className="small bad">{t("setup.address_wrong")}</p>}
            {save}
          </Step>
          <Step done={installation.tls} title={t("setup.step_certificate")} text={t("setup.step_certificate_text", { host })}>
            <pre tabIndex={0} aria-label="Caddyfile">{caddy}</pre>
            <p className="small quiet">{t("setup.step_certificate_after")}</p>
          </Step>
          <Step done={!!installation.icp_number} title={t("setup.step_icp")} text={t("setup.step_icp_text")}>
            <label className="field form-narrow"><span>{t("setup.icp_number")}</span>
              <Input value={icp} onChange={(event) => setIcp(event.target.value)} placeholder="京ICP备12345678号-1" autoComplete="off" /></label>
            {save}
          </Step>
          <Step done={installation.sms.reaches_phones} title={t("setup.step_sms")} text={t("setup.step_sms_text")}>
            <Test kind="phone" ready={installation.sms.reaches_phones} />
          </Step>
          <Step done={installation.mail.reaches_mail} title={t("setup.step_mail")} text={t("setup.step_mail_text")}>
            <Test kind="address" ready={installation.mail.reaches_mail} />
          </Step>
        </ol>
        {saving.isError && <ProblemNote error={saving.error} />}
      </Section>
      <Checks installation={installation} />
    </div>
  );
}

function Step({ done, title, text, children }: { done: boolean; title: string; text: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <li className={done ? "guide-done" : undefined}>
      <div className="stack">
        <div><h3>{title}{done && <span className="unseen">（{t("setup.done")}）</span>}</h3><p className="quiet">{text}</p></div>
        {children}
      </div>
    </li>
  );
}

function Test({ kind, ready }: { kind: "phone" | "address"; ready: boolean }) {
  const { t } = useTranslation();
  const [to, setTo] = useState("");
  const sending = useMutation({ mutationFn: async () => { await (kind === "phone"
    ? api.POST("/api/v1/installation/sms_test", { body: { phone: to.trim() } })
    : api.POST("/api/v1/installation/mail_test", { body: { address: to.trim() } })); } });
  return (
    <form className="stack-small" onSubmit={(event) => { event.preventDefault(); sending.mutate(); }}>
      {!ready && <p className="small waits">{t(`setup.${kind}_log_only`)}</p>}
      <div className="row">
        <label className="field"><span>{t(`setup.own_${kind}`)}</span>
          <Input value={to} onChange={(event) => setTo(event.target.value)} inputMode={kind === "phone" ? "tel" : "email"} autoComplete={kind === "phone" ? "tel" : "email"} /></label>
        <Button htmlType="submit" disabled={!to.trim()} loading={sending.isPending} className="align-end">{t(`setup.test_${kind}`)}</Button>
      </div>
      {sending.isSuccess && <p className="good small" role="status">{t(ready ? `setup.${kind}_sent` : "setup.logged")}</p>}
      {sending.isError && <ProblemNote error={sending.error} />}
    </form>
  );
}

function Checks({ installation }: { installation: Installation }) {
  const { t } = useTranslation();
  return (
    <Section title={t("setup.checks")} lead={t("setup.checks_lead")}>
      <div className="stack">
        <ul className="lines">
          {installation.checks.map((check) => (
            <li key={check.key}>
              <div className="grow"><p>{check.title}</p>{!check.ok && check.mend && <p className="small quiet">{check.mend}</p>}</div>
              <State tone={check.ok ? "good" : check.severity === "error" ? "bad" : "waits"}>{t(check.ok ? "setup.check_ok" : check.severity === "error" ? "setup.check_bad" : "setup.check_look")}</State>
            </li>
          ))}
        </ul>
        <Facts facts={[[t("setup.version"), installation.version], [t("setup.database"), installation.database],
          [t("setup.data_folder"), installation.data_folder], [t("setup.free"), bytes(installation.free_bytes)]]} />
      </div>
    </Section>
  );
}
