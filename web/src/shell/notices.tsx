import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "./icons";
import { notices } from "./undo";

export function NoticeBar() {
  const { t } = useTranslation();
  const items = useSyncExternalStore(notices.subscribe, notices.list);
  useEffect(() => {
    window.addEventListener("pagehide", notices.flush);
    return () => window.removeEventListener("pagehide", notices.flush);
  }, []);
  return (
    <div className="notices" role="status" aria-live="polite">
      {items.map((notice) => (
        <div key={notice.id} className={`notice notice-${notice.tone}`}>
          <Icon name={notice.tone === "bad" ? "warning" : "check"} />
          <span>{notice.text}</span>
          {notice.undo && <button type="button" onClick={notice.undo}>{t("undo")}</button>}
        </div>
      ))}
    </div>
  );
}
