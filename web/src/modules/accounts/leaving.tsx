// Deleting one's own account: cannot be taken back, so it asks for the password and says what goes and what stays.
import { Button, Input } from "antd";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@shell/api/client";
import { ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";

export function Leaving() {
  const { t } = useTranslation();
  const { account } = useSigned();
  const [asked, setAsked] = useState(false);
  const [password, setPassword] = useState("");
  const leaving = useMutation({ mutationFn: () => api.POST("/api/v1/account/deletion", { body: { ...(account.has_password && { old_password: password }) } }),
    onSuccess: () => location.replace("/sign-in") });
  return (
    <Section title={t("accounts.leave")} lead={t("accounts.leave_lead")}>
      {!asked ? <div><Button danger onClick={() => setAsked(true)}>{t("accounts.leave_begin")}</Button></div> : (
        <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); leaving.mutate(); }}>
          <p>{t("accounts.leave_text")}</p>
          {account.has_password && <label className="field"><span>{t("accounts.old_password")}</span><Input.Password autoFocus value={password} autoComplete="current-password" onChange={(event) => setPassword(event.target.value)} /></label>}
          {leaving.isError && <ProblemNote error={leaving.error} />}
          <div className="buttons"><Button danger type="primary" htmlType="submit" disabled={account.has_password && !password} loading={leaving.isPending}>{t("accounts.leave_now")}</Button>
            <Button onClick={() => { setAsked(false); setPassword(""); leaving.reset(); }}>{t("accounts.leave_not")}</Button></div>
        </form>
      )}
    </Section>
  );
}
