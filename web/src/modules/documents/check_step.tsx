// What was read, which column serves which field, what is wrong in which cell. Nothing has been made yet.
import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import type { SealCheck } from "@shell/api/types";
import { DataTable } from "@shell/data_table";
import { count } from "@shell/format";
import { Facts, Loaded, Note, Section } from "@shell/parts";
import { useOrg } from "@shell/session";
import type { Chosen } from "./new_run_page";

export const problemsShownMax = 50;

// `problem_rows` will not be sealed; warnings are shown and refuse nothing; `left_out` (hidden rows, totals, notes) were no
// data to begin with and are not counted in `rows`.
export const goodRows = (check: Pick<SealCheck, "rows" | "problem_rows" | "fits">) => (check.fits ? Math.max(0, check.rows - check.problem_rows) : 0);

export function useSealCheck(chosen: Chosen) {
  const org = useOrg();
  return useQuery({ queryKey: ["seal_check", org.id, chosen.template, chosen.data], staleTime: Infinity, retry: false,
    queryFn: () => body(api.POST("/api/v1/orgs/{org}/seal_checks", { params: { path: { org: org.id } },
      body: { template: chosen.template, data: chosen.data } })) });
}

export function CheckStep({ chosen, onBack, onNext }: { chosen: Chosen; onBack: () => void; onNext: () => void }) {
  const { t } = useTranslation();
  const query = useSealCheck(chosen);
  return (
    <Loaded query={query} lines={6}>
      {(check) => (
        <div className="stack">
          <Section title={t("documents.check_title")}>
            <div className="stack">
              <Facts facts={[
                [t("documents.list"), chosen.dataName], [t("documents.template"), chosen.templateName],
                [t("documents.rows"), count(check.rows)],
                [t("documents.can_seal"), <strong key="can" className="good">{count(goodRows(check))}</strong>],
                [t("documents.cannot_seal"), check.problem_rows > 0 ? <strong key="cannot" className="bad">{count(check.problem_rows)}</strong> : "0"],
                ...(check.left_out > 0 ? [[t("documents.not_data"), count(check.left_out)] as [string, string]] : []),
              ]} />
              {!check.fits && <Note tone="bad">{t("documents.does_not_fit")}</Note>}
            </div>
          </Section>
          {check.problems.length > 0 && <Problems check={check} />}
          <Fields check={check} />
          <div className="buttons">
            <Button type="primary" size="large" disabled={goodRows(check) === 0} onClick={onNext}>{t("documents.to_seal", { shown: count(goodRows(check)) })}</Button>
            <Button size="large" onClick={onBack}>{t("documents.other_files")}</Button>
          </div>
        </div>
      )}
    </Loaded>
  );
}

function Problems({ check }: { check: SealCheck }) {
  const { t } = useTranslation();
  const shown = check.problems.slice(0, problemsShownMax);
  return (
    <Section title={t("documents.problems_title", { shown: count(check.problem_count + check.warning_count) })} lead={t("documents.problems_lead")}>
      <DataTable label={t("documents.problems_label")} rows={shown.map((problem, index) => ({ ...problem, index }))} rowKey={({ index }) => String(index)} columns={[
        { key: "cell", title: t("documents.cell"), cell: ({ cell, row }) => <span className="code">{cell || t("documents.row_number", { row: count(row) })}</span> },
        { key: "field", title: t("documents.field"), cell: ({ field }) => field },
        { key: "text", title: t("documents.what_is_wrong"), long: true, cell: ({ text, fix, warning }) => <><p className={warning ? "waits" : undefined}>{warning && `${t("documents.only_warning")} `}{text}</p>{fix && <p className="small quiet">{fix}</p>}</> },
      ]} />
      {check.problem_count + check.warning_count > shown.length && <p className="quiet small">{t("documents.problems_more", { shown: count(check.problem_count + check.warning_count - shown.length) })}</p>}
    </Section>
  );
}

function Fields({ check }: { check: SealCheck }) {
  const { t } = useTranslation();
  const column = (name: string | null | undefined) => check.columns.find((one) => one.name === name);
  return (
    <Section title={t("documents.fields_title")} lead={t("documents.fields_lead")}>
      <DataTable label={t("documents.fields_title")} rows={check.fields} rowKey={({ name }) => name} columns={[
        { key: "name", title: t("documents.field"), cell: ({ name }) => name },
        { key: "column", title: t("documents.column"), cell: (field) => field.problem ? <span className="bad">{field.problem}</span> : field.column || "—" },
        { key: "kind", title: t("documents.kind"), cell: (field) => { const found = column(field.column); return found ? t(`documents.kind.${found.kind}`, { defaultValue: found.kind }) : "—"; } },
        { key: "example", title: t("documents.example"), cell: (field) => column(field.column)?.example || "—" },
      ]} />
    </Section>
  );
}
