// A link or a secret that is shown once, with a button that copies it.
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

export function CopyBox({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState<boolean | null>(null);
  // Without https the browser has no clipboard for us: the text is selected, and the person copies.
  const copy = async () => {
    try { await navigator.clipboard.writeText(text); setCopied(true); } catch { setCopied(false); }
  };
  return (
    <div className="stack-small copy-box">
      <div className="code-box">
        <input className="code copy-text" readOnly value={text} aria-label={label} onFocus={(event) => event.target.select()} />
        <Button onClick={() => void copy()}>{t("copy")}</Button>
      </div>
      <span className="small quiet" role="status">{copied === true ? t("copied") : copied === false ? t("copy_by_hand") : ""}</span>
    </div>
  );
}
