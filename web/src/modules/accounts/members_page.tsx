// Colleagues and roles: who is here, who is invited, and what each role may do.
import { Button, Select } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@shell/api/client";
import type { Member } from "@shell/api/types";
import { DataTable, Listed } from "@shell/data_table";
import { ago, dateTime } from "@shell/format";
import { Icon } from "@shell/icons";
import { ExportLink, SearchField, useRested } from "@shell/list_filter";
import { Empty, Loaded, Page, ProblemNote, Section } from "@shell/parts";
import { useSigned } from "@shell/session";
import { invitationStates, memberSorts, roles, useInvitations, useMembers, useRoles, type InvitationFilter, type MemberFilter } from "./api";
import { InviteDrawer } from "./invite_drawer";
import { MemberDrawer } from "./member_drawer";
import "./accounts.css";

export function MembersPage() {
  const { t } = useTranslation();
  const { org, may, account } = useSigned();
  const [text, setText] = useState("");
  const [role, setRole] = useState<MemberFilter["role"] | "">("");
  const [sort, setSort] = useState<(typeof memberSorts)[number]>("joined");
  const rested = useRested(text.trim());
  const filter = useMemo<MemberFilter>(() => ({ ...(rested && { text: rested }), ...(role && { role }), sort }), [rested, role, sort]);
  const filtered = rested !== "" || role !== "";
  const members = useMembers(org.id, filter);
  const [inviting, setInviting] = useState(false);
  const [chosen, setChosen] = useState<Member | null>(null);
  const [going, setGoing] = useState<ReadonlySet<string>>(new Set());
  const manages = may("accounts.members_manage");
  const invite = manages && <Button type="primary" icon={<Icon name="plus" />} onClick={() => setInviting(true)}>{t("accounts.invite")}</Button>;
  const mark = (id: string, on: boolean) => setGoing((old) => { const next = new Set(old); if (on) next.add(id); else next.delete(id); return next; });
  return (
    <Page title={t("place.members")} lead={t("accounts.members_lead")} actions={invite}>
      <Section title={t("accounts.here")} actions={<ExportLink path={`/api/v1/orgs/${org.id}/members`} filter={filter}>{t(filtered ? "list.export_filtered" : "list.export")}</ExportLink>}>
        <div className="stack">
        <div className="filter">
          <SearchField label={t("accounts.search_name")} value={text} onChange={setText} />
          <div className="field filter-wide"><span>{t("accounts.role")}</span>
            <Select aria-label={t("accounts.role")} value={role} onChange={setRole} options={[{ value: "" as const, label: t("accounts.every_role") }, ...roles.map((value) => ({ value, label: t(`role.${value}`) }))]} /></div>
          <div className="field filter-wide"><span>{t("list.sort")}</span>
            <Select aria-label={t("list.sort")} value={sort} onChange={setSort} options={memberSorts.map((value) => ({ value, label: t(`accounts.sort.${value}`) }))} /></div>
        </div>
        <Listed query={members} empty={filtered ? <Empty icon="members" title={t("accounts.none_filtered")} /> : <Empty icon="members" title={t("accounts.nobody")} action={invite} />}>
          {(rows) => (
            <DataTable label={t("accounts.here")} rows={rows} rowKey={(member) => member.account} onOpen={manages ? setChosen : undefined} columns={[
              { key: "name", title: t("accounts.name"), cell: (member) => <span className={going.has(member.account) ? "going" : undefined}>{member.name}{member.account === account.id && ` ${t("accounts.me")}`}</span> },
              { key: "role", title: t("accounts.role"), cell: (member) => t(`role.${member.role}`) },
              { key: "email", title: t("accounts.email"), cell: (member) => member.email || member.phone_masked || "—" },
              { key: "seen", title: t("accounts.last_seen"), figure: true, cell: (member) => member.last_seen ? ago(member.last_seen) : t("accounts.never") },
            ]} />
          )}
        </Listed>
        </div>
      </Section>
      {manages && <Invitations />}
      <Roles />
      {manages && <InviteDrawer open={inviting} onClose={() => setInviting(false)} />}
      {chosen && <MemberDrawer member={chosen} onClose={() => setChosen(null)} onGoing={(on) => mark(chosen.account, on)} />}
    </Page>
  );
}

function Invitations() {
  const { t } = useTranslation();
  const { org } = useSigned();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [state, setState] = useState<(typeof invitationStates)[number]>("open");
  const rested = useRested(text.trim());
  const filter = useMemo<InvitationFilter>(() => ({ ...(rested && { text: rested }), state }), [rested, state]);
  const query = useInvitations(org.id, filter);
  const revoking = useMutation({
    mutationFn: (invitation: string) => api.DELETE("/api/v1/orgs/{org}/invitations/{invitation}", { params: { path: { org: org.id, invitation } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations", org.id] }),
  });
  return (
    <Section title={t("accounts.invited")} lead={t("accounts.invited_lead")} actions={<ExportLink path={`/api/v1/orgs/${org.id}/invitations`} filter={filter}>{t("list.export_filtered")}</ExportLink>}>
      <div className="stack">
      <div className="filter">
        <SearchField label={t("accounts.search_name")} value={text} onChange={setText} />
        <div className="field filter-wide"><span>{t("accounts.invitation_state")}</span>
          <Select aria-label={t("accounts.invitation_state")} value={state} onChange={setState} options={invitationStates.map((value) => ({ value, label: t(`accounts.invitation.${value}`) }))} /></div>
      </div>
      <Listed query={query} empty={<p className="quiet">{t(rested ? "accounts.none_filtered" : "accounts.invited_none")}</p>}>
        {(items) => (
          <ul className="lines">
            {items.map((invitation) => (
              <li key={invitation.id}>
                <div className="grow"><p>{invitation.name || t("accounts.somebody")} · {t(`role.${invitation.role}`)}</p>
                  <p className="small quiet">{t("accounts.link_until", { time: dateTime(invitation.expires) })}</p></div>
                {invitation.state === "open" && <Button onClick={() => revoking.mutate(invitation.id)} loading={revoking.isPending && revoking.variables === invitation.id}>{t("accounts.revoke_link")}</Button>}
              </li>
            ))}
          </ul>
        )}
      </Listed>
      </div>
      {revoking.isError && <ProblemNote error={revoking.error} />}
    </Section>
  );
}

function Roles() {
  const { t } = useTranslation();
  const { org } = useSigned();
  const query = useRoles(org.id);
  return (
    <details className="card quiet-details">
      <summary>{t("accounts.roles_title")}</summary>
      <Loaded query={query}>
        {({ items }) => (
          <DataTable label={t("accounts.roles_title")} rows={items} rowKey={({ role }) => role} columns={[
            { key: "role", title: t("accounts.role"), cell: ({ role }) => <strong>{t(`role.${role}`)}</strong> },
            { key: "may", title: t("accounts.may"), long: true, cell: ({ role, permissions }) => <>{t(`role.${role}.may`)} <span className="small quiet">{t("accounts.permissions", { count: permissions.length })}</span></> },
          ]} />
        )}
      </Loaded>
    </details>
  );
}
