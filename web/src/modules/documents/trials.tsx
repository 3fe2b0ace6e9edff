// What was only for trying out, and taking it away before the real work begins.
import { Button } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { count } from "@shell/format";
import { notices } from "@shell/undo";
import { ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { useTrials } from "./api";

export function Trials() {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const mine = may("documents.key_manage");
  const { data } = useTrials(org.id, mine);
  const removing = useMutation({
    mutationFn: () => body(api.DELETE("/api/v1/orgs/{org}/trials", { params: { path: { org: org.id } } })),
    onSuccess: async (gone) => {
      setAsking(false);
      notices.tell(t("documents.trials_gone", { shown: count(gone.documents) }));
      for (const key of ["trials", "seal_runs", "seal_run", "keys", "today"]) await client.invalidateQueries({ queryKey: [key] });
    },
  });
  if (!mine || !data || data.runs + data.keys + data.uploads === 0) return null;
  const figures = { runs: count(data.runs), documents: count(data.documents), keys: count(data.keys), files: count(data.uploads) };
  return (
    <Section title={t("documents.trials")} lead={t("documents.trials_lead", figures)}>
      <div className="stack">
        {data.in_work && <p className="quiet">{t("documents.trials_in_work")}</p>}
        {removing.isError && <ProblemNote error={removing.error} />}
        {asking ? (
          <>
            <p role="alert">{t("documents.trials_warning")}</p>
            <div className="buttons">
              <Button danger type="primary" loading={removing.isPending} onClick={() => removing.mutate()}>{t("documents.trials_remove_now")}</Button>
              <Button disabled={removing.isPending} onClick={() => setAsking(false)}>{t("documents.trials_keep")}</Button>
            </div>
          </>
        ) : <div className="buttons"><Button disabled={data.in_work} onClick={() => setAsking(true)}>{t("documents.trials_remove")}</Button></div>}
      </div>
    </Section>
  );
}
