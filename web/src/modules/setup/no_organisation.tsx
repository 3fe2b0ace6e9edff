// Signed in, but in no organisation: who runs the installation makes one, everybody else asks a colleague.
import { Button, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@shell/api/client";
import { Page, ProblemNote, Section } from "@shell/parts";
import { signOut } from "@shell/session";

export function NoOrganisation({ administrator }: { administrator: boolean }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const making = useMutation({ mutationFn: () => api.POST("/api/v1/orgs", { body: { name, short_name: "" } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["session"] }) });
  return (
    <main id="main">
      <Page title={t("setup.no_org")} lead={t(administrator ? "setup.no_org_text" : "setup.no_org_ask")}>
        <Section>
          <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); making.mutate(); }}>
            {administrator && <label className="field"><span>{t("accounts.org_name")}</span><Input value={name} onChange={(event) => setName(event.target.value)} maxLength={120} /></label>}
            {making.isError && <ProblemNote error={making.error} />}
            <div className="buttons">{administrator && <Button type="primary" htmlType="submit" disabled={!name.trim()} loading={making.isPending}>{t("setup.make_org")}</Button>}
              <Button onClick={() => void signOut()}>{t("shell.sign_out")}</Button></div>
          </form>
        </Section>
      </Page>
    </main>
  );
}
