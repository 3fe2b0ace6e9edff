// Left the rooms, on top the search and what runs, in the middle one thing. On a phone the rooms are at the thumb.
import { Dropdown, type MenuProps } from "antd";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, Outlet, useLocation, useNavigate } from "react-router";
import { api, body } from "./api/client";
import { appearance, setAppearance, type Appearance } from "./appearance";
import { useJobEvents } from "./events";
import { count } from "./format";
import { changeLanguage, languageNames, languages } from "./i18n";
import { IcpNumber } from "./icp";
import { Icon, Mark } from "./icons";
import { NoticeBar } from "./notices";
import { Note, useOnline, Wait } from "./parts";
import { places } from "./places";
import { Search } from "./search";
import { signOut, useSigned } from "./session";

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName));

export function Layout() {
  const { t } = useTranslation();
  const signed = useSigned();
  const location = useLocation();
  const online = useOnline();
  const [searching, setSearching] = useState(false);
  useJobEvents(signed.org.id);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key === "/" && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        setSearching(true);
      }
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
  // A new page begins at its top, and a screen reader goes to it; the first page begins where the browser does.
  const shown = useRef(location.pathname);
  useEffect(() => {
    if (shown.current === location.pathname) return;
    shown.current = location.pathname;
    window.scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [location.pathname]);

  const rooms = places(signed).filter(({ kind }) => kind === "room");
  return (
    <div className="shell">
      <a className="skip" href="#main">{t("shell.skip")}</a>
      <nav className="rooms" aria-label={t("shell.rooms")}>
        <NavLink to="/" className="brand">
          {signed.org.logo_url ? <img src={signed.org.logo_url} alt="" width={30} height={30} /> : <Mark size={30} />}
          <span>{signed.org.short_name || signed.org.name}</span>
        </NavLink>
        <ul>
          {rooms.map((room) => (
            <li key={room.to}>
              <NavLink to={room.to} end={room.to === "/"}><Icon name={room.icon} size={20} /><span>{t(room.name)}</span></NavLink>
            </li>
          ))}
        </ul>
        <p className="rooms-foot quiet small">善器 {signed.session.server.version}</p>
      </nav>
      <header className="top">
        <NavLink to="/" className="top-mark" aria-label={t("place.today")}><Mark size={28} /></NavLink>
        <button type="button" className="top-search" onClick={() => setSearching(true)}>
          <Icon name="search" /><span>{t("search.placeholder")}</span><kbd>/</kbd>
        </button>
        <Running />
        <Languages />
        <Account />
      </header>
      <main id="main" tabIndex={-1}>
        {!online && <Note tone="waits">{t("shell.offline")}</Note>}
        <Suspense fallback={<Wait />}><Outlet /></Suspense>
        <IcpNumber />
      </main>
      <Search open={searching} onClose={() => setSearching(false)} />
      <NoticeBar />
    </div>
  );
}

function Running() {
  const { t } = useTranslation();
  const { org } = useSigned();
  const { data } = useQuery({ queryKey: ["today", org.id], staleTime: 30_000,
    queryFn: () => body(api.GET("/api/v1/orgs/{org}/today", { params: { path: { org: org.id } } })) });
  const running = data?.running.length ?? 0;
  if (running === 0) return null;
  return <NavLink to="/" className="top-running"><span className="pulse" /><span>{t("shell.running", { count: running, shown: count(running) })}</span></NavLink>;
}

function Languages() {
  const { i18n, t } = useTranslation();
  return (
    <div className="top-languages" role="group" aria-label={t("shell.language")}>
      {languages.map((language) => (
        <button key={language} type="button" lang={language} aria-pressed={i18n.language === language} onClick={() => void changeLanguage(language)}>
          {languageNames[language]}
        </button>
      ))}
    </div>
  );
}

function Account() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { account, org, session, chooseOrg } = useSigned();
  const [look, setLook] = useState<Appearance>(appearance());
  const others = session.orgs.length > 1;
  const items: MenuProps["items"] = [
    { key: "who", type: "group", label: <span className="quiet">{account.name} · {t(`role.${org.role}`)}</span>, children: [
      { key: "account", label: t("place.account"), icon: <Icon name="account" /> },
    ] },
    ...(others ? [{ key: "orgs", type: "group" as const, label: t("shell.organisations"),
      children: session.orgs.map((one) => ({ key: `org:${one.id}`, label: one.name, icon: <Icon name={one.id === org.id ? "check" : "organisation"} /> })) }] : []),
    { key: "languages", type: "group", label: t("shell.language"),
      children: languages.map((language) => ({ key: `language:${language}`, label: languageNames[language], icon: i18n.language === language ? <Icon name="check" /> : <span className="no-icon" /> })) },
    { key: "look", label: t(`shell.look.${look}`), icon: <Icon name="sun" /> },
    { type: "divider" },
    { key: "out", label: t("shell.sign_out"), icon: <Icon name="out" /> },
  ];
  const chosen: MenuProps["onClick"] = ({ key }) => {
    const [what, value] = key.split(":");
    if (what === "account") void navigate("/settings/account");
    if (what === "org" && value) { chooseOrg(value); void navigate("/"); }
    if (what === "language") void changeLanguage(value as (typeof languages)[number]);
    if (what === "out") void signOut();
    if (what === "look") {
      const next: Appearance = look === "system" ? "light" : look === "light" ? "dark" : "system";
      setAppearance(next);
      setLook(next);
    }
  };
  return (
    <Dropdown menu={{ items, onClick: chosen }} trigger={["click"]} placement="bottomRight">
      <button type="button" className="top-account">
        <span className="face" aria-hidden="true">{[...account.name][0]}</span><span className="top-name">{account.name}</span><span className="unseen">{t("shell.account_menu")}</span>
      </button>
    </Dropdown>
  );
}
