// Two files: who (a list) and what (a Word template). Or samples, to see how it goes.
import { Button } from "antd";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { upload, type Uploaded } from "@shell/api/upload";
import { Icon, type IconName } from "@shell/icons";
import { Bar, ProblemNote } from "@shell/parts";
import { useOrg } from "@shell/session";
import type { Chosen } from "./new_run_page";

// A list as large as a real one: a national programme's agreements with its schools, some rows wrong on purpose.
const sampleRows = 3800;

export function FilesStep({ chosen, onChange, onNext }: { chosen: Chosen; onChange: (files: Chosen) => void; onNext: (files: Chosen) => void }) {
  const { t } = useTranslation();
  const org = useOrg();
  const samples = useMutation({
    mutationFn: () => body(api.POST("/api/v1/orgs/{org}/samples", { params: { path: { org: org.id } }, body: { rows: sampleRows } })),
    onSuccess: ({ template, data }) => onNext({ template: template.id, templateName: template.name, data: data.id, dataName: data.name }),
  });
  const latest = useRef(chosen);
  latest.current = chosen;
  const take = (part: Partial<Chosen>) => { latest.current = { ...latest.current, ...part }; onChange(latest.current); };
  return (
    <div className="stack">
      <div className="files">
        <DropZone icon="sheet" title={t("documents.drop_list")} hint={t("documents.drop_list_hint")} accept=".xlsx,.csv" name={chosen.dataName}
          onUploaded={(file) => take({ data: file.id, dataName: file.name })} />
        <DropZone icon="documents" title={t("documents.drop_template")} hint={t("documents.drop_template_hint", { lb: "{{", rb: "}}" })} accept=".docx" name={chosen.templateName}
          onUploaded={(file) => take({ template: file.id, templateName: file.name })} />
      </div>
      {samples.isError && <ProblemNote error={samples.error} />}
      <div className="buttons">
        <Button type="primary" size="large" disabled={!chosen.template || !chosen.data} onClick={() => onNext(chosen)}>{t("documents.check_now")}</Button>
        <Button size="large" onClick={() => samples.mutate()} loading={samples.isPending}>{t("documents.use_samples")}</Button>
      </div>
      <p className="quiet small">{t("documents.files_private")}</p>
    </div>
  );
}

interface ZoneProps { icon: IconName; title: string; hint: string; accept: string; name: string; onUploaded: (file: Uploaded) => void }

function DropZone({ icon, title, hint, accept, name, onUploaded }: ZoneProps) {
  const { t } = useTranslation();
  const org = useOrg();
  const [share, setShare] = useState(0);
  const [over, setOver] = useState(false);
  const sending = useMutation({ mutationFn: (file: File) => upload(`/api/v1/orgs/${org.id}/uploads`, file, setShare), onSuccess: onUploaded });
  const take = (files: FileList | null | undefined) => { const file = files?.[0]; if (file) { setShare(0); sending.mutate(file); } };
  const drop = (event: DragEvent) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); };
  return (
    <div className="stack-small zone-box">
      <label className={`zone${over ? " zone-over" : ""}${name ? " zone-full" : ""}`} onDragOver={(event) => { event.preventDefault(); setOver(true); }}
        onDragLeave={() => setOver(false)} onDrop={drop}>
        <input type="file" accept={accept} className="unseen" onChange={(event) => { take(event.target.files); event.target.value = ""; }} />
        <span className="zone-icon"><Icon name={name ? "check" : icon} size={26} /></span>
        <strong>{name || title}</strong>
        {sending.isPending
          ? <><Bar done={Math.round(share * 100)} total={100} label={t("documents.uploading")} /><span className="small quiet" role="status">{t("documents.uploading")}</span></>
          : <span className="small quiet">{name ? t("documents.drop_other") : hint}</span>}
      </label>
      {sending.isError && <ProblemNote error={sending.error} />}
    </div>
  );
}
