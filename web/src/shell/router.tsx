import { createBrowserRouter, Link, Outlet, useRouteError } from "react-router";
import { useTranslation } from "react-i18next";
import { Layout } from "./layout";
import { Empty, Page, ProblemNote } from "./parts";
import { SessionGate } from "./session";
import { NoOrganisation } from "@modules/setup/no_organisation";

function Root() {
  return <SessionGate noOrg={(administrator) => <NoOrganisation administrator={administrator} />}><Layout /></SessionGate>;
}

function Missing() {
  const { t } = useTranslation();
  return <Page title={t("missing.title")}><Empty icon="search" title={t("missing.text")} action={<Link to="/">{t("missing.home")}</Link>} /></Page>;
}

// A page that could not be drawn, or a piece of the program that a newer version has replaced meanwhile.
function Broken() {
  return <div className="page"><ProblemNote error={useRouteError()} retry={() => location.reload()} /></div>;
}

export const router = createBrowserRouter([
  { path: "/", element: <Root />, errorElement: <Broken />, HydrateFallback: Outlet, children: [
    { errorElement: <Broken />, children: [
      { index: true, lazy: async () => ({ Component: (await import("@modules/today/today_page")).TodayPage }) },
      { path: "documents", lazy: async () => ({ Component: (await import("@modules/documents/runs_page")).RunsPage }) },
      { path: "documents/new", lazy: async () => ({ Component: (await import("@modules/documents/new_run_page")).NewRunPage }) },
      { path: "documents/:run", lazy: async () => ({ Component: (await import("@modules/documents/run_page")).RunPage }) },
      { path: "settings", lazy: async () => ({ Component: (await import("@modules/setup/settings_page")).SettingsPage }), children: [
        { index: true, lazy: async () => ({ Component: (await import("@modules/setup/settings_page")).SettingsHome }) },
        { path: "organisation", lazy: async () => ({ Component: (await import("@modules/accounts/organisation_page")).OrganisationPage }) },
        { path: "members", lazy: async () => ({ Component: (await import("@modules/accounts/members_page")).MembersPage }) },
        { path: "account", lazy: async () => ({ Component: (await import("@modules/accounts/account_page")).AccountPage }) },
        { path: "tokens", lazy: async () => ({ Component: (await import("@modules/accounts/tokens_page")).TokensPage }) },
        { path: "audit", lazy: async () => ({ Component: (await import("@modules/operations/audit_page")).AuditPage }) },
        { path: "jobs", lazy: async () => ({ Component: (await import("@modules/operations/jobs_page")).JobsPage }) },
        { path: "backup", lazy: async () => ({ Component: (await import("@modules/operations/backup_page")).BackupPage }) },
        { path: "network", lazy: async () => ({ Component: (await import("@modules/setup/network_page")).NetworkPage }) },
      ] },
      { path: "*", element: <Missing /> },
    ] },
  ] },
]);
