// Every place of the back office, for the rooms on the left, the settings list and the search.
import type { IconName } from "./icons";
import type { useSigned } from "./session";

export interface Place {
  to: string;
  name: string; // sentence key
  icon: IconName;
  kind: "room" | "organisation" | "own" | "installation" | "action";
  needs?: string; // a permission
  administrator?: boolean;
}

const all: Place[] = [
  { to: "/", name: "place.today", icon: "today", kind: "room" },
  { to: "/documents", name: "place.documents", icon: "documents", kind: "room", needs: "documents.read" },
  { to: "/documents/new", name: "place.seal", icon: "seal", kind: "action", needs: "documents.seal_run" },
  { to: "/settings", name: "place.settings", icon: "settings", kind: "room" },
  { to: "/settings/organisation", name: "place.organisation", icon: "organisation", kind: "organisation" },
  { to: "/settings/members", name: "place.members", icon: "members", kind: "organisation", needs: "accounts.members_read" },
  { to: "/settings/audit", name: "place.audit", icon: "audit", kind: "organisation", needs: "operations.audit_read" },
  { to: "/settings/jobs", name: "place.jobs", icon: "jobs", kind: "organisation", needs: "operations.jobs_read" },
  { to: "/settings/account", name: "place.account", icon: "account", kind: "own" },
  { to: "/settings/tokens", name: "place.tokens", icon: "tokens", kind: "own" },
  { to: "/settings/network", name: "place.network", icon: "network", kind: "installation", administrator: true },
  { to: "/settings/backup", name: "place.backup", icon: "backup", kind: "installation", administrator: true },
];

export function places(signed: Pick<ReturnType<typeof useSigned>, "may" | "account">): Place[] {
  return all.filter((place) => (!place.needs || signed.may(place.needs)) && (!place.administrator || signed.account.administrator));
}
