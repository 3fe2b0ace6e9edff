// Settings: a list of places on the left, one of them in the middle; on a phone the list is a page of its own.
import { useTranslation } from "react-i18next";
import { Link, Navigate, NavLink, Outlet, useLocation } from "react-router";
import { Icon } from "@shell/icons";
import { Page, usePhone } from "@shell/parts";
import { places, type Place } from "@shell/places";
import { useSigned } from "@shell/session";
import "./settings.css";

const groups: Place["kind"][] = ["organisation", "own", "installation"];

function Groups() {
  const { t } = useTranslation();
  const all = places(useSigned());
  return (
    <>
      {groups.map((group) => {
        const items = all.filter(({ kind }) => kind === group);
        if (items.length === 0) return null;
        return (
          <div key={group}>
            <h2 className="settings-group">{t(`setup.group.${group}`)}</h2>
            <ul>{items.map((place) => <li key={place.to}><NavLink to={place.to}><Icon name={place.icon} /><span>{t(place.name)}</span></NavLink></li>)}</ul>
          </div>
        );
      })}
    </>
  );
}

export function SettingsPage() {
  const { t } = useTranslation();
  const phone = usePhone();
  const atHome = /^\/settings\/?$/.test(useLocation().pathname);
  return (
    <div className="settings">
      {!phone && <nav className="settings-nav" aria-label={t("place.settings")}><Groups /></nav>}
      <div className="settings-middle">
        {phone && !atHome && <Link className="back small" to="/settings"><Icon name="back" size={14} />{t("place.settings")}</Link>}
        <Outlet />
      </div>
    </div>
  );
}

export function SettingsHome() {
  const { t } = useTranslation();
  if (!usePhone()) return <Navigate to="/settings/organisation" replace />;
  return <Page title={t("place.settings")}><nav className="settings-nav card" aria-label={t("place.settings")}><Groups /></nav></Page>;
}
