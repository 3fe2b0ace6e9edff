// Ways to sign in that other servers know: linked, listed, unlinked; and what single sign-on came back with.
import { Button } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api } from "@shell/api/client";
import { date } from "@shell/format";
import { Loaded, Note, ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { useCameBack } from "../single_sign_on/came_back";
import { useIdentities } from "./api";

export function CameBack() {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const sentence = useCameBack();
  const done = parameters.get("done"), error = parameters.get("error");
  if (done === "oidc.linked") return <Note tone="good"><p role="status">{t("came_back.oidc.linked")}</p></Note>;
  if (error) return <Note tone="bad"><p role="alert">{sentence(error)}</p></Note>;
  return null;
}

export function Identities() {
  const { t } = useTranslation();
  const { session } = useSigned();
  const client = useQueryClient();
  const query = useIdentities();
  const unlinking = useMutation({ mutationFn: (identity: string) => api.DELETE("/api/v1/account/identities/{identity}", { params: { path: { identity } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["identities"] }) });
  const { oidc, wecom } = session.server.sign_in;
  const links = [...oidc.map(({ id, name }) => ({ id, name, start: `/api/v1/oidc/${encodeURIComponent(id)}/start` })),
    ...(wecom ? [{ id: "wecom", name: t("accounts.wecom"), start: "/api/v1/wecom/start" }] : [])];
  if (links.length === 0 && query.data?.items.length === 0) return null;
  return (
    <Section title={t("accounts.identities")} lead={t("accounts.identities_lead")}>
      <Loaded query={query} lines={1}>
        {({ items }) => (
          <ul className="lines">
            {items.map((identity) => (
              <li key={identity.id}>
                <div className="grow"><p>{identity.name}</p><p className="small quiet">{t("accounts.linked_on", { day: date(identity.created) })}</p></div>
                <Button onClick={() => unlinking.mutate(identity.id)} loading={unlinking.isPending && unlinking.variables === identity.id}>{t("accounts.unlink")}</Button>
              </li>
            ))}
            {links.filter(({ id }) => !items.some(({ provider }) => provider === id)).map((link) => (
              <li key={link.id}><div className="grow"><p>{link.name}</p></div><a className="small-button" href={link.start}>{t("accounts.link")}</a></li>
            ))}
          </ul>
        )}
      </Loaded>
      {unlinking.isError && <ProblemNote error={unlinking.error} />}
    </Section>
  );
}
