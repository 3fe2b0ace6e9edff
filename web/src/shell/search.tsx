// Search of everything (`/`): pages and actions by name, the runs of this organisation by file name.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body } from "./api/client";
import { ago } from "./format";
import { Icon, type IconName } from "./icons";
import { places } from "./places";
import { useSigned } from "./session";

interface Hit { id: string; icon: IconName; title: string; hint: string; to: string }

export function matches(text: string, wish: string): boolean {
  const low = text.toLocaleLowerCase();
  return wish.toLocaleLowerCase().split(/\s+/).filter(Boolean).every((part) => low.includes(part));
}

export function Search({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const signed = useSigned();
  const navigate = useNavigate();
  const dialog = useRef<HTMLDialogElement>(null);
  const [wish, setWish] = useState("");
  const [active, setActive] = useState(0);
  const runs = useQuery({ queryKey: ["seal_runs", signed.org.id, "search"], enabled: open && signed.may("documents.read"), staleTime: 30_000,
    queryFn: () => body(api.GET("/api/v1/orgs/{org}/seal_runs", { params: { path: { org: signed.org.id }, query: { limit: 50 } } })) });

  const hits = useMemo<Hit[]>(() => {
    const all: Hit[] = places(signed).map((place) => ({ id: place.to, icon: place.icon, title: t(place.name), hint: t(`${place.name}.hint`), to: place.to }));
    for (const run of runs.data?.items ?? [])
      all.push({ id: run.id, icon: "documents", title: `${run.template_name} · ${run.data_name}`, hint: ago(run.created), to: `/documents/${run.id}` });
    // What is called so comes before what only speaks of it.
    const named = all.filter((hit) => matches(hit.title, wish));
    return [...named, ...all.filter((hit) => !named.includes(hit) && matches(`${hit.title} ${hit.hint}`, wish))].slice(0, 12);
  }, [signed, runs.data, wish, t]);

  useEffect(() => {
    const element = dialog.current;
    if (open && element && !element.open) { setWish(""); setActive(0); element.showModal(); }
    if (!open && element?.open) element.close();
  }, [open]);
  const go = (hit: Hit | undefined) => { if (hit) { onClose(); void navigate(hit.to); } };
  return (
    <dialog ref={dialog} className="search" aria-label={t("search.title")} onClose={onClose}
      onClick={(event) => { if (event.target === dialog.current) onClose(); }}>
      <div className="search-field">
        <Icon name="search" />
        <input autoFocus value={wish} placeholder={t("search.placeholder")} role="combobox" aria-expanded="true"
          aria-controls="search-hits" aria-label={t("search.title")} aria-activedescendant={hits[active] ? `hit-${active}` : undefined}
          onChange={(event) => { setWish(event.target.value); setActive(0); }}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown" || event.key === "ArrowUp") {
              event.preventDefault();
              const step = event.key === "ArrowDown" ? 1 : -1;
              setActive((active + step + hits.length) % Math.max(1, hits.length));
            } else if (event.key === "Enter") { event.preventDefault(); go(hits[active]); }
          }} />
        <kbd>Esc</kbd>
      </div>
      <ul id="search-hits" role="listbox" aria-label={t("search.title")}>
        {hits.map((hit, index) => (
          <li key={hit.id} id={`hit-${index}`} role="option" aria-selected={index === active} onClick={() => go(hit)} onPointerMove={() => setActive(index)}>
            <Icon name={hit.icon} /><span>{hit.title}</span><span className="quiet small">{hit.hint}</span>
          </li>
        ))}
      </ul>
      {hits.length === 0 && <p className="quiet search-none" role="status">{t("search.none", { wish })}</p>}
    </dialog>
  );
}
