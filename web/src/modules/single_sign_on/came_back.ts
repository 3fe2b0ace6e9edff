// What single sign-on came back with, ?error=<key>, in a sentence: what happened, what is safe, what to do.
import { useTranslation } from "react-i18next";

export const knownErrors = ["oidc.unreachable", "oidc.bad_discovery", "oidc.declined", "oidc.bad_token", "oidc.unknown_key", "oidc.bad_claim",
  "oidc.not_begun_here", "oidc.no_account", "oidc.linked_already", "oidc.not_a_member", "oidc.no_public_url"] as const;

export function useCameBack() {
  const { t } = useTranslation();
  // The key stands in the address, where anybody can write anything: only ours become sentences.
  return (key: string) => knownErrors.some((known) => known === key) ? t(`came_back.${key}`) : t("came_back.other");
}
