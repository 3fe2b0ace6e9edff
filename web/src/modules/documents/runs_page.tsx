// 文书: every time a list was sealed, newest first.
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { SealRunLine } from "@shell/api/types";
import { DataTable, Listed } from "@shell/data_table";
import { ago, count } from "@shell/format";
import { Icon } from "@shell/icons";
import { Empty, Page, Section, State, type Tone } from "@shell/parts";
import { useSigned } from "@shell/session";
import { useSealRuns } from "./api";
import { Trials } from "./trials";

const tones: Record<string, Tone> = { waiting: "waits", running: "runs", held: "waits", done: "good", failed: "bad", cancelled: "asleep" };

export function RunsPage() {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const navigate = useNavigate();
  const query = useSealRuns(org.id);
  const seal = may("documents.seal_run") && <Link className="link-button" to="/documents/new"><Icon name="seal" />{t("documents.new")}</Link>;
  return (
    <Page title={t("place.documents")} lead={t("documents.lead")} actions={seal} wide>
      <Section>
        <Listed query={query} empty={<Empty icon="documents" title={t("documents.none")} action={seal}>{t("documents.none_text")}</Empty>}>
          {(rows: SealRunLine[]) => (
            <DataTable label={t("place.documents")} rows={rows} rowKey={(run) => run.id} onOpen={(run) => void navigate(`/documents/${run.id}`)} columns={[
              { key: "name", title: t("documents.template"), cell: (run) => <>{run.template_name}{run.trial && <> <span className="tag tag-trial">{t("documents.trial")}</span></>}</> },
              { key: "data", title: t("documents.list"), cell: (run) => run.data_name },
              { key: "state", title: t("documents.state"), cell: (run) => <RunState state={run.state} /> },
              { key: "sealed", title: t("documents.sealed"), figure: true, cell: (run) => count(run.sealed) },
              { key: "refused", title: t("documents.refused"), figure: true, cell: (run) => run.refused > 0 ? <span className="bad">{count(run.refused)}</span> : "0" },
              { key: "created", title: t("documents.created"), figure: true, cell: (run) => ago(run.created) },
            ]} />
          )}
        </Listed>
      </Section>
      <Trials />
    </Page>
  );
}

export function RunState({ state }: { state: string }) {
  const { t } = useTranslation();
  return <State tone={tones[state] ?? "asleep"}>{t(`job.state.${state}`)}</State>;
}
