// A seal for trial is made here in a second; a real one comes from a certificate authority as a .p12 or .pfx file.
import { Button, Input } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import type { Key } from "@shell/api/types";
import { upload } from "@shell/api/upload";
import { ProblemNote } from "@shell/parts";
import { useOrg } from "@shell/session";
import { SealPicture } from "./seal_picture";

export function NewKey({ onMade }: { onMade: (key: Key) => void }) {
  const { t } = useTranslation();
  const org = useOrg();
  const client = useQueryClient();
  const [name, setName] = useState(org.name);
  const [file, setFile] = useState<File | null>(null);
  const [password, setPassword] = useState("");
  const made = async (key: Key) => { await client.invalidateQueries({ queryKey: ["keys", org.id] }); onMade(key); };
  const trial = useMutation({ mutationFn: () => body(api.POST("/api/v1/orgs/{org}/keys/trial", { params: { path: { org: org.id } }, body: { name } })), onSuccess: made });
  const real = useMutation({
    mutationFn: async () => {
      if (!file) throw new TypeError("no file");
      const sent = await upload(`/api/v1/orgs/${org.id}/uploads`, file, () => {});
      return body(api.POST("/api/v1/orgs/{org}/keys", { params: { path: { org: org.id } }, body: { upload: sent.id, password } }));
    },
    onSuccess: made,
  });
  return (
    <div className="new-key">
      <form className="stack" onSubmit={(event) => { event.preventDefault(); trial.mutate(); }}>
        <h3>{t("documents.trial_seal")}</h3>
        <p className="quiet small">{t("documents.trial_seal_text")}</p>
        <div className="row">
          <SealPicture name={name} trial size={96} />
          <label className="field grow"><span>{t("documents.name_on_seal")}</span><Input value={name} onChange={(event) => setName(event.target.value)} maxLength={40} /></label>
        </div>
        {trial.isError && <ProblemNote error={trial.error} />}
        <div><Button type="primary" htmlType="submit" loading={trial.isPending} disabled={!name.trim()}>{t("documents.make_trial_seal")}</Button></div>
      </form>
      <form className="stack" onSubmit={(event) => { event.preventDefault(); real.mutate(); }}>
        <h3>{t("documents.real_seal")}</h3>
        <p className="quiet small">{t("documents.real_seal_text")}</p>
        <div className="row"><label className="file-button">
          <input type="file" accept=".p12,.pfx" className="unseen" aria-label={t("documents.key_file")} onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
          <span>{t("documents.choose_file")}</span></label>
          <span className="small quiet">{file?.name ?? t("documents.key_file")}</span></div>
        <label className="field"><span>{t("documents.key_password")}</span>
          <Input.Password value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="off" /></label>
        {real.isError && <ProblemNote error={real.error} />}
        <div><Button htmlType="submit" loading={real.isPending} disabled={!file}>{t("documents.add_real_seal")}</Button></div>
      </form>
    </div>
  );
}
