// Tokens for programs: shown once, limited by scopes, ended at a press.
import { Button, Checkbox, Input, Select } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { CopyBox } from "@shell/copy_box";
import { Listed } from "@shell/data_table";
import { ago, date } from "@shell/format";
import { Empty, Note, Page, ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { useTokens } from "./api";
import "./accounts.css";

const lifetimes = [30, 90, 365] as const;

export function TokensPage() {
  const { t } = useTranslation();
  return <Page title={t("place.tokens")} lead={t("accounts.tokens_lead")}><NewToken /><TokenList /></Page>;
}

function NewToken() {
  const { t } = useTranslation();
  const { org } = useSigned();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [days, setDays] = useState<number>(90);
  const making = useMutation({
    mutationFn: () => body(api.POST("/api/v1/account/tokens", { body: { name: name.trim(), scopes, expires: new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000).toISOString().replace(".000Z", "Z") } })),
    onSuccess: async () => { setName(""); setScopes([]); await client.invalidateQueries({ queryKey: ["tokens"] }); },
  });
  return (
    <Section title={t("accounts.new_token")}>
      {making.data ? (
        <div className="stack">
          <Note tone="waits">{t("accounts.token_once")}</Note>
          <CopyBox text={making.data.token} label={t("accounts.token")} />
          <div><Button onClick={() => making.reset()}>{t("accounts.token_kept")}</Button></div>
        </div>
      ) : (
        <form className="stack form-narrow" onSubmit={(event) => { event.preventDefault(); making.mutate(); }}>
          <label className="field"><span>{t("accounts.token_name")}</span><Input value={name} maxLength={60} onChange={(event) => setName(event.target.value)} placeholder={t("accounts.token_example")} /></label>
          <fieldset className="plain-set"><legend>{t("accounts.token_scopes")}</legend>
            <Checkbox.Group className="scopes" value={scopes} onChange={setScopes} options={org.permissions.map((permission) => ({ value: permission, label: t(`permission.${permission}`, { defaultValue: permission }) }))} /></fieldset>
          <div className="field"><span>{t("accounts.token_days")}</span>
            <Select aria-label={t("accounts.token_days")} value={days} onChange={setDays} options={lifetimes.map((value) => ({ value, label: t("accounts.days", { count: value }) }))} /></div>
          {making.isError && <ProblemNote error={making.error} />}
          <div><Button type="primary" htmlType="submit" disabled={!name.trim() || scopes.length === 0} loading={making.isPending}>{t("accounts.make_token")}</Button></div>
        </form>
      )}
    </Section>
  );
}

function TokenList() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const query = useTokens();
  const [asked, setAsked] = useState("");
  const ending = useMutation({ mutationFn: (token: string) => api.DELETE("/api/v1/account/tokens/{token}", { params: { path: { token } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["tokens"] }) });
  return (
    <Section title={t("accounts.tokens_here")}>
      <Listed query={query} empty={<Empty icon="tokens" title={t("accounts.tokens_none")}>{t("accounts.tokens_none_text")}</Empty>}>
        {(items) => (
          <ul className="lines">
            {items.map((token) => (
              <li key={token.id}>
                <div className="grow"><p>{token.name}</p>
                  <p className="small quiet">{t("accounts.token_line", { count: token.scopes.length, until: token.expires ? date(token.expires) : t("accounts.never") })}
                    {token.last_used && ` · ${t("accounts.seen", { time: ago(token.last_used) })}`}</p></div>
                {asked === token.id
                  ? <span className="row"><span className="small">{t("accounts.end_token_text")}</span><Button danger type="primary" onClick={() => ending.mutate(token.id)} loading={ending.isPending}>{t("accounts.end_token_now")}</Button></span>
                  : <Button onClick={() => setAsked(token.id)}>{t("accounts.end_token")}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Listed>
      {ending.isError && <ProblemNote error={ending.error} />}
    </Section>
  );
}
