// One colleague: role, a sign-in code for who has no phone signal and no mail, removal with ten seconds to think again.
import { Button, Drawer, Select } from "antd";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@shell/api/client";
import { asProblem } from "@shell/api/problem";
import type { Member } from "@shell/api/types";
import { CopyBox } from "@shell/copy_box";
import { date, dateTime } from "@shell/format";
import { Facts, ProblemNote, usePhone } from "@shell/parts";
import { useSigned } from "@shell/session";
import { notices } from "@shell/undo";
import { roles, type Role } from "./api";
import { MemberContact } from "./contacts";

export function MemberDrawer({ member, onClose, onGoing }: { member: Member; onClose: () => void; onGoing: (on: boolean) => void }) {
  const { t } = useTranslation();
  const { org, account } = useSigned();
  const phone = usePhone();
  const client = useQueryClient();
  const path = { org: org.id, account: member.account };
  const refresh = () => client.invalidateQueries({ queryKey: ["members", org.id] });
  const setRole = (role: Role) => api.PUT("/api/v1/orgs/{org}/members/{account}", { params: { path }, body: { role } }).then(refresh);
  const changing = useMutation({ mutationFn: setRole, onSuccess: (_, role) => {
    notices.done(t("accounts.role_changed", { name: member.name, role: t(`role.${role}`) }), () => { setRole(member.role).catch(tellProblem); });
    onClose();
  } });
  const code = useMutation({ mutationFn: () => body(api.POST("/api/v1/orgs/{org}/members/{account}/login_code", { params: { path } })) });
  const remove = () => {
    onGoing(true);
    onClose();
    notices.hold(t("accounts.removed", { name: member.name }),
      () => { api.DELETE("/api/v1/orgs/{org}/members/{account}", { params: { path } }).then(refresh).catch(tellProblem).finally(() => onGoing(false)); },
      () => onGoing(false));
  };
  const me = member.account === account.id;
  return (
    <Drawer title={member.name} open onClose={onClose} size={phone ? "100%" : 440}>
      <div className="stack">
        <Facts facts={[[t("accounts.email"), member.email || "—"], [t("accounts.phone"), member.phone_masked || "—"], [t("accounts.joined"), date(member.joined)]]} />
        <div className="field"><span>{t("accounts.role")}</span>
          <Select aria-label={t("accounts.role")} value={member.role} disabled={me || changing.isPending} onChange={(role) => changing.mutate(role)} options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))} />
          <p className="small quiet">{me ? t("accounts.not_own_role") : t(`role.${member.role}.may`)}</p></div>
        {changing.isError && <ProblemNote error={changing.error} />}
        <hr className="rule" />
        <div className="stack-small">
          <h3>{t("accounts.code_title")}</h3>
          <p className="small quiet">{t("accounts.code_text")}</p>
          {code.data ? <><CopyBox text={code.data.code} label={t("accounts.code_title")} /><p className="small quiet">{t("accounts.code_until", { time: dateTime(code.data.expires) })}</p></>
            : <Button onClick={() => code.mutate()} loading={code.isPending}>{t("accounts.make_code")}</Button>}
          {code.isError && <ProblemNote error={code.error} />}
        </div>
        {!me && <MemberContact member={member} />}
        {!me && <><hr className="rule" /><div className="stack-small"><h3>{t("accounts.remove_title")}</h3><p className="small quiet">{t("accounts.remove_text")}</p>
          <Button danger onClick={remove}>{t("accounts.remove", { name: member.name })}</Button></div></>}
      </div>
    </Drawer>
  );
}

const tellProblem = (error: unknown) => notices.tell(asProblem(error).message, "bad");
