// Who is signed in and for which organisation: asked once, given to every page.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { api, body, rememberCsrf, whenSignedOut } from "./api/client";
import type { Session, SessionOrg } from "./api/types";
import { Loaded } from "./parts";

const orgStorageKey = "shanqi.org";

interface Signed {
  session: Session;
  account: NonNullable<Session["account"]>;
  org: SessionOrg;
  chooseOrg: (id: string) => void;
  may: (permission: string) => boolean;
}
const SignedContext = createContext<Signed | null>(null);

export function useSigned(): Signed {
  const signed = useContext(SignedContext);
  if (!signed) throw new Error("useSigned outside of SessionGate");
  return signed;
}
export const useOrg = () => useSigned().org;

export function signInAddress(here: Location): string {
  const next = here.pathname + here.search;
  return next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
}

export function SessionGate({ children, noOrg }: { children: ReactNode; noOrg: (administrator: boolean) => ReactNode }) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["session"], staleTime: 60_000, queryFn: async () => {
    const session = await body(api.GET("/api/v1/session"));
    rememberCsrf(session.csrf);
    return session;
  } });
  const [chosen, setChosen] = useState(() => localStorage.getItem(orgStorageKey) ?? "");
  useEffect(() => whenSignedOut(() => location.replace(signInAddress(location))), []);

  const session = query.data;
  const signed = useMemo<Signed | null>(() => {
    const org = session?.orgs.find(({ id }) => id === chosen) ?? session?.orgs[0];
    if (!session?.account || !org) return null;
    return {
      session, account: session.account, org,
      chooseOrg: (id) => { localStorage.setItem(orgStorageKey, id); setChosen(id); client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" }); },
      may: (permission) => org.permissions.includes(permission),
    };
  }, [session, chosen, client]);

  return (
    <Loaded query={query}>
      {(loaded) => {
        if (!loaded.signed_in) { location.replace(signInAddress(location)); return null; }
        return signed ? <SignedContext value={signed}>{children}</SignedContext> : noOrg(loaded.account?.administrator ?? false);
      }}
    </Loaded>
  );
}

export async function signOut() {
  await api.DELETE("/api/v1/session");
  location.replace("/sign-in");
}
