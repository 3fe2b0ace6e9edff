// Backup: one encrypted file, and how it comes back.
import { Button, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { DataTable } from "@shell/data_table";
import { ago, bytes, dateTime } from "@shell/format";
import { Empty, Loaded, Note, Page, ProblemNote, Section } from "@shell/parts";
import { useBackups } from "./api";

const passphraseCharactersMin = 12;

export function BackupPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useBackups();
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const making = useMutation({ mutationFn: () => body(api.POST("/api/v1/installation/backups", { body: { passphrase } })),
    onSuccess: () => { setPassphrase(""); setAgain(""); return client.invalidateQueries({ queryKey: ["backups"] }); } });
  const differs = again !== "" && again !== passphrase;
  return (
    <Page title={t("place.backup")} lead={t("operations.backup_lead")}>
      <Section title={t("operations.backup_new")}>
        <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); making.mutate(); }}>
          <Note tone="waits">{t("operations.passphrase_text")}</Note>
          <label className="field"><span>{t("operations.passphrase", { count: passphraseCharactersMin })}</span><Input.Password value={passphrase} autoComplete="new-password" onChange={(event) => setPassphrase(event.target.value)} /></label>
          <label className="field"><span>{t("operations.passphrase_again")}</span><Input.Password value={again} autoComplete="new-password" status={differs ? "error" : undefined} onChange={(event) => setAgain(event.target.value)} /></label>
          {differs && <p className="small bad" role="alert">{t("operations.passphrase_differs")}</p>}
          {making.isError && <ProblemNote error={making.error} />}
          {making.data && <Note tone="good"><p role="status">{t("operations.backup_made", { file: making.data.file, size: bytes(making.data.bytes) })}</p></Note>}
          <div><Button type="primary" htmlType="submit" disabled={passphrase.length < passphraseCharactersMin || again !== passphrase} loading={making.isPending}>{t("operations.backup_now")}</Button></div>
        </form>
      </Section>
      <Section title={t("operations.backups")} lead={t("operations.backups_lead")}>
        <Loaded query={query} lines={2}>
          {({ items }) => items.length === 0 ? <Empty icon="backup" title={t("operations.backups_none")}>{t("operations.backups_none_text")}</Empty> : (
            <DataTable label={t("operations.backups")} rows={items} rowKey={({ file }) => file} columns={[
              { key: "file", title: t("operations.file"), cell: ({ file }) => <span className="code">{file}</span> },
              { key: "time", title: t("operations.when"), cell: ({ time }) => <span title={dateTime(time)}>{ago(time)}</span> },
              { key: "bytes", title: t("operations.size"), figure: true, cell: (backup) => bytes(backup.bytes) },
            ]} />
          )}
        </Loaded>
      </Section>
      <Section title={t("operations.restore")}>
        <div className="stack-small"><p>{t("operations.restore_text")}</p><p className="code-box code">shanqi restore FILE</p></div>
      </Section>
    </Page>
  );
}
