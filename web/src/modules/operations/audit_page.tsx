// The audit log: filter, look at one entry beside the list, prove that the chain is whole, take it along as .xlsx.
import { Button, Drawer, Select } from "antd";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import type { AuditLine, AuditReport } from "@shell/api/types";
import { DataTable, Listed } from "@shell/data_table";
import { ago, count, dateTime } from "@shell/format";
import { ExportLink } from "@shell/list_filter";
import { Empty, Facts, Note, Page, ProblemNote, Section, usePhone } from "@shell/parts";
import { useOrg } from "@shell/session";
import { dayBegins, dayEnds, useAudit, type AuditFilter } from "./api";

const actionGroups = ["accounts.", "documents.", "operations."] as const;

export function AuditPage() {
  const { t } = useTranslation();
  const org = useOrg();
  const [action, setAction] = useState("");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const [chosen, setChosen] = useState<AuditLine | null>(null);
  const filter = useMemo<AuditFilter>(() => ({ ...(action && { action_prefix: action }), ...(from && { from: dayBegins(from) }), ...(until && { until: dayEnds(until) }) }), [action, from, until]);
  const query = useAudit(org.id, filter);
  const verifying = useMutation({ mutationFn: () => body(api.POST("/api/v1/orgs/{org}/audit/verify", { params: { path: { org: org.id } } })) });
  const actorName = useActorName();
  const filtered = Object.keys(filter).length > 0;
  return (
    <Page title={t("place.audit")} lead={t("operations.audit_lead")} actions={<>
      <Button onClick={() => verifying.mutate()} loading={verifying.isPending}>{t("operations.verify")}</Button>
      <ExportLink path={`/api/v1/orgs/${org.id}/audit`} filter={filter}>{t(filtered ? "list.export_filtered" : "list.export")}</ExportLink></>}>
      {verifying.data && <Verdict report={verifying.data} />}
      {verifying.isError && <ProblemNote error={verifying.error} />}
      <Section>
        <div className="stack">
          <div className="filter">
            <div className="field filter-wide"><span>{t("operations.what")}</span>
              <Select aria-label={t("operations.what")} value={action} onChange={setAction} options={[{ value: "", label: t("operations.everything") }, ...actionGroups.map((group) => ({ value: group, label: t(`operations.group.${group}`) }))]} /></div>
            <label><span>{t("operations.from")}</span><input type="date" className="date-input" value={from} max={until || undefined} onChange={(event) => setFrom(event.target.value)} /></label>
            <label><span>{t("operations.until")}</span><input type="date" className="date-input" value={until} min={from || undefined} onChange={(event) => setUntil(event.target.value)} /></label>
            {filtered && <Button type="link" onClick={() => { setAction(""); setFrom(""); setUntil(""); }}>{t("operations.clear_filter")}</Button>}
          </div>
          <Listed query={query} empty={<Empty icon="audit" title={t(filtered ? "operations.audit_none_filtered" : "operations.audit_none")}>{t("operations.audit_none_text")}</Empty>}>
            {(rows) => (
              <DataTable label={t("place.audit")} rows={rows} rowKey={({ id }) => id} onOpen={setChosen} columns={[
                { key: "action", title: t("operations.what"), cell: actionName },
                { key: "who", title: t("operations.who"), cell: actorName },
                { key: "time", title: t("operations.when"), figure: true, cell: (line) => <span title={dateTime(line.time)}>{ago(line.time)}</span> },
                { key: "sequence", title: t("operations.sequence"), figure: true, hideOnPhone: true, cell: (line) => line.sequence ? count(line.sequence) : t("operations.not_chained") },
              ]} />
            )}
          </Listed>
        </div>
      </Section>
      <Entry line={chosen} onClose={() => setChosen(null)} />
    </Page>
  );
}

// A room that has no sentence for its action yet sends the sentence's key.
const actionName = (line: Pick<AuditLine, "action" | "action_title">) =>
  line.action_title && line.action_title !== `audit.${line.action}` ? line.action_title : line.action;

function useActorName() {
  const { t } = useTranslation();
  return (line: Pick<AuditLine, "actor" | "actor_name">) => line.actor_name || (line.actor.startsWith("system:") ? t("operations.system") : line.actor);
}

function Verdict({ report }: { report: AuditReport }) {
  const { t } = useTranslation();
  if (report.whole)
    return <Note tone="good"><p role="status">{t("operations.chain_whole", { shown: count(report.entries) })}</p><p className="small quiet">{t("operations.head")} <span className="code">{report.head.slice(0, 16)}…</span></p>{report.last_head && <p className="small quiet">{t("operations.heads", { shown: count(report.heads), time: dateTime(report.last_head) })}</p>}</Note>;
  return (
    <Note tone="bad">
      <p role="alert">{t("operations.chain_broken", { shown: count(report.faults.length) })}</p>
      <ul>{report.faults.slice(0, 20).map((fault) => <li key={`${fault.kind}${fault.sequence}`}>{t(`operations.fault.${fault.kind}`, { sequence: count(fault.sequence) })}</li>)}</ul>
    </Note>
  );
}

function Entry({ line, onClose }: { line: AuditLine | null; onClose: () => void }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const actorName = useActorName();
  return (
    <Drawer title={line ? actionName(line) : ""} open={!!line} onClose={onClose} size={phone ? "100%" : 460}>
      {line && (
        <div className="stack">
          <Facts facts={[[t("operations.who"), actorName(line)], [t("operations.when"), dateTime(line.time)], [t("operations.sequence"), line.sequence ? count(line.sequence) : t("operations.not_chained")]]} />
          <table className="plain"><tbody>
            <tr><th scope="row">{t("operations.action")}</th><td className="code">{line.action}</td></tr>
            <tr><th scope="row">{t("operations.object")}</th><td className="code">{line.object}</td></tr>
            {Object.entries(line.details ?? {}).map(([name, value]) => <tr key={name}><th scope="row">{t(`operations.detail.${name}`, { defaultValue: name })}</th><td>{String(value)}</td></tr>)}
          </tbody></table>
          <p className="small quiet">{t("operations.no_values")}</p>
        </div>
      )}
    </Drawer>
  );
}
