// Which seal, and the one press that cannot be taken back.
import { Button, Input, Radio } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body } from "@shell/api/client";
import type { Key } from "@shell/api/types";
import { count, date } from "@shell/format";
import { Loaded, ProblemNote, Section } from "@shell/parts";
import { SealConfirm } from "@shell/seal_confirm";
import { useOrg, useSigned } from "@shell/session";
import { useKeys } from "./api";
import { goodRows, useSealCheck } from "./check_step";
import { NewKey } from "./new_key";
import type { Chosen } from "./new_run_page";
import { SealPicture } from "./seal_picture";

export function SealStep({ chosen, onBack }: { chosen: Chosen; onBack: () => void }) {
  const org = useOrg();
  const check = useSealCheck(chosen);
  const keys = useKeys(org.id);
  return (
    <Loaded query={check}>{(checked) => (
      <Loaded query={keys}>{({ items }) => <Ready chosen={chosen} keys={items} documents={goodRows(checked)} onBack={onBack} />}</Loaded>
    )}</Loaded>
  );
}

function Ready({ chosen, keys, documents, onBack }: { chosen: Chosen; keys: Key[]; documents: number; onBack: () => void }) {
  const { t } = useTranslation();
  const { org, may } = useSigned();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [keyId, setKeyId] = useState("");
  const [asking, setAsking] = useState(false);
  const [adding, setAdding] = useState(false);
  const [names, setNames] = useState({ number: "", file: "" });
  const key = keys.find(({ id }) => id === keyId) ?? keys.find(({ locked }) => !locked) ?? keys[0];
  const sealing = useMutation({
    mutationFn: (chosenKey: Key) => body(api.POST("/api/v1/orgs/{org}/seal_runs", { params: { path: { org: org.id } },
      body: { template: chosen.template, data: chosen.data, key: chosenKey.id, ...(names.number && { number_pattern: names.number }), ...(names.file && { name_pattern: names.file }) } })),
    onSuccess: (run) => {
      void client.invalidateQueries({ queryKey: ["today", org.id] });
      void client.invalidateQueries({ queryKey: ["seal_runs", org.id] });
      void navigate(`/documents/${run.id}`, { replace: true });
    },
  });
  const shown = count(documents);
  const label = key?.trial ? t("documents.seal_trial", { shown }) : t("documents.seal", { shown });
  return (
    <div className="stack">
      <Section title={t("documents.which_seal")} lead={keys.length === 0 ? t(may("documents.key_manage") ? "documents.no_seal_yet" : "documents.no_seal_ask") : undefined}>
        <div className="stack">
          {keys.length > 0 && (
            <Radio.Group value={key?.id} onChange={(event) => setKeyId(String(event.target.value))} className="keys">
              {keys.map((one) => (
                <Radio key={one.id} value={one.id} disabled={one.locked} className="key">
                  <SealPicture name={one.organisation} trial={one.trial} size={76} />
                  <span className="stack-small">
                    <strong>{one.organisation}{one.trial && <> <span className="tag tag-trial">{t("documents.trial")}</span></>}</strong>
                    <span className="small quiet">{one.algorithm} · {t("documents.valid_until", { date: date(one.expires) })}</span>
                    {one.locked && <span className="small waits">{t("documents.key_locked")}</span>}
                  </span>
                </Radio>
              ))}
            </Radio.Group>
          )}
          {may("documents.key_manage") && (keys.length === 0 || adding)
            ? <NewKey onMade={(made) => { setKeyId(made.id); setAdding(false); }} />
            : may("documents.key_manage") && <div><Button type="link" className="flush" onClick={() => setAdding(true)}>{t("documents.other_seal")}</Button></div>}
        </div>
      </Section>
      {key && (
        <>
          <details className="card quiet-details">
            <summary>{t("documents.names_title")}</summary>
            <div className="stack form-narrow">
              <label className="field"><span>{t("documents.number_pattern")}</span>
                <Input value={names.number} placeholder="SQ{{年}}-{{序号:5}}" onChange={(event) => setNames({ ...names, number: event.target.value })} /></label>
              <label className="field"><span>{t("documents.name_pattern")}</span>
                <Input value={names.file} placeholder="{{编号}}-{{接收方}}" onChange={(event) => setNames({ ...names, file: event.target.value })} /></label>
            </div>
          </details>
          {sealing.isError && <ProblemNote error={sealing.error} />}
          {asking
            ? <SealConfirm count={documents} label={label} busy={sealing.isPending || sealing.isSuccess} onCancel={() => setAsking(false)} onSeal={() => sealing.mutate(key)}
                warning={<><h3>{t(key.trial ? "documents.before_trial" : "documents.before", { shown, organisation: key.organisation })}</h3>
                  <p className="quiet">{t(key.trial ? "documents.cannot_undo_trial" : "documents.cannot_undo")}</p></>} />
            : <div className="buttons">
                <Button type="primary" size="large" onClick={() => setAsking(true)}>{label}</Button>
                <Button size="large" onClick={onBack}>{t("documents.back_to_check")}</Button>
              </div>}
        </>
      )}
    </div>
  );
}
