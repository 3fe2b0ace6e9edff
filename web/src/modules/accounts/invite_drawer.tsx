// An invitation is a link. When no message can reach outside, the link is copied and sent by hand.
import { Button, Drawer, Input, Select } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { CopyBox } from "@shell/copy_box";
import { dateTime } from "@shell/format";
import { Note, ProblemNote, usePhone } from "@shell/parts";
import { useSigned } from "@shell/session";
import { roles, type Role } from "./api";

const nothing: { name: string; email: string; role: Role } = { name: "", email: "", role: "staff" };

export function InviteDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { org, session } = useSigned();
  const phone = usePhone();
  const client = useQueryClient();
  const [form, setForm] = useState(nothing);
  const inviting = useMutation({
    mutationFn: () => body(api.POST("/api/v1/orgs/{org}/invitations", { params: { path: { org: org.id } },
      body: { role: form.role, name: form.name.trim(), ...(form.email.trim() && { email: form.email.trim() }) } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations", org.id] }),
  });
  const close = () => { inviting.reset(); setForm(nothing); onClose(); };
  const made = inviting.data;
  const link = made?.link ? new URL(made.link, location.origin).href : "";
  return (
    <Drawer title={t("accounts.invite")} open={open} onClose={close} size={phone ? "100%" : 440} destroyOnHidden>
      {made ? (
        <div className="stack">
          <p>{t("accounts.invite_made", { name: form.name || t("accounts.somebody"), time: dateTime(made.expires) })}</p>
          {link && <CopyBox text={link} label={t("accounts.invite_link")} />}
          <p className="small quiet">{t("accounts.invite_once")}</p>
          {!session.server.public_url && <Note tone="waits">{t("accounts.invite_inside_only")}</Note>}
          <div className="buttons"><Button type="primary" onClick={() => { inviting.reset(); setForm(nothing); }}>{t("accounts.invite_another")}</Button><Button onClick={close}>{t("close")}</Button></div>
        </div>
      ) : (
        <form className="stack" onSubmit={(event) => { event.preventDefault(); inviting.mutate(); }}>
          <label className="field"><span>{t("accounts.name")}</span><Input autoFocus value={form.name} maxLength={60} onChange={(event) => setForm({ ...form, name: event.target.value })} /></label>
          <label className="field"><span>{t("accounts.email_optional")}</span><Input type="email" value={form.email} maxLength={120} onChange={(event) => setForm({ ...form, email: event.target.value })} /></label>
          <div className="field"><span id="invite-role">{t("accounts.role")}</span>
            <Select aria-labelledby="invite-role" aria-label={t("accounts.role")} value={form.role} onChange={(role) => setForm({ ...form, role })} options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} />
            <p className="small quiet">{t(`role.${form.role}.may`)}</p></div>
          {inviting.isError && <ProblemNote error={inviting.error} />}
          <div><Button type="primary" htmlType="submit" loading={inviting.isPending} disabled={!form.name.trim()}>{t("accounts.make_link")}</Button></div>
        </form>
      )}
    </Drawer>
  );
}
