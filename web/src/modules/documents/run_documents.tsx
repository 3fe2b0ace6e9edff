// The documents of a run in the order of its list; each opens as it is in a tab of its own.
import { useTranslation } from "react-i18next";
import type { SealedDocument } from "@shell/api/types";
import { DataTable, Listed } from "@shell/data_table";
import { count, dateTime } from "@shell/format";
import { Section } from "@shell/parts";
import { useOrg } from "@shell/session";
import { runFile, useRunDocuments } from "./api";

export function RunDocuments({ run }: { run: string }) {
  const { t } = useTranslation();
  const org = useOrg();
  const query = useRunDocuments(org.id, run);
  return (
    <Section title={t("documents.each")} lead={t("documents.each_lead")}>
      <Listed query={query} empty={null}>
        {(rows: SealedDocument[]) => (
          <DataTable label={t("documents.each")} rows={rows} rowKey={(row) => String(row.position)} columns={[
            { key: "number", title: t("documents.number"), cell: (row) => <a href={runFile(org.id, run, row.link)} target="_blank" rel="noopener" className="figures"
              aria-label={t("documents.open_one", { number: row.number })}>{row.number}</a> },
            { key: "recipient", title: t("documents.recipient"), cell: (row) => row.recipient || "—" },
            { key: "pages", title: t("documents.pages"), figure: true, cell: (row) => count(row.pages) },
            { key: "time", title: t("documents.sealed_at"), figure: true, hideOnPhone: true, cell: (row) => dateTime(row.time) },
          ]} />
        )}
      </Listed>
    </Section>
  );
}
