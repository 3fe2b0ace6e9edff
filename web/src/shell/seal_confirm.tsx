// What cannot be undone and is large: the seal is dragged onto the paper, or the word is typed.
import { Button, Input } from "antd";
import { useRef, useState, type PointerEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "./icons";

export const sealWithoutCeremonyMax = 100;

export function wordMatches(typed: string, word: string): boolean {
  return typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
}

interface Props { count: number; label: string; busy: boolean; warning: ReactNode; onSeal: () => void; onCancel: () => void }

export function SealConfirm({ count, label, busy, warning, onSeal, onCancel }: Props) {
  const { t } = useTranslation();
  const word = t("seal_confirm.word");
  const [typed, setTyped] = useState("");
  const large = count > sealWithoutCeremonyMax;
  const ready = !large || wordMatches(typed, word);
  return (
    <form className="seal-confirm" onSubmit={(event) => { event.preventDefault(); if (ready && !busy) onSeal(); }}>
      <div className="seal-confirm-words">{warning}</div>
      {large && (
        <div className="seal-confirm-ways">
          <Drag busy={busy} onDropped={onSeal} />
          <label className="seal-confirm-type">
            <span>{t("seal_confirm.type", { word })}</span>
            <Input value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" disabled={busy} />
          </label>
        </div>
      )}
      <div className="buttons">
        <Button type="primary" danger htmlType="submit" disabled={!ready} loading={busy}>{label}</Button>
        <Button onClick={onCancel} disabled={busy}>{t("seal_confirm.not_yet")}</Button>
      </div>
    </form>
  );
}

// Pointer events serve mouse, pen and finger alike. The keyboard's way is the word.
function Drag({ busy, onDropped }: { busy: boolean; onDropped: () => void }) {
  const { t } = useTranslation();
  const target = useRef<HTMLDivElement>(null);
  const start = useRef<{ x: number; y: number } | null>(null);
  const [offset, setOffset] = useState({ x: 0, y: 0 });
  const [over, setOver] = useState(false);

  const isOver = (event: PointerEvent) => {
    const box = target.current?.getBoundingClientRect();
    return !!box && event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  };
  const move = (event: PointerEvent) => {
    if (!start.current) return;
    setOffset({ x: event.clientX - start.current.x, y: event.clientY - start.current.y });
    setOver(isOver(event));
  };
  const end = (event: PointerEvent) => {
    if (!start.current) return;
    start.current = null;
    setOver(false);
    if (isOver(event) && !busy) onDropped();
    else setOffset({ x: 0, y: 0 });
  };
  return (
    <div className="drag" aria-hidden="true">
      <div className="drag-seal" style={{ transform: `translate(${offset.x}px, ${offset.y}px)` }}
        onPointerDown={(event) => { start.current = { x: event.clientX - offset.x, y: event.clientY - offset.y };
          event.currentTarget.setPointerCapture(event.pointerId); }}
        onPointerMove={move} onPointerUp={end} onPointerCancel={end}>
        <Mark size={52} />
      </div>
      <span className="drag-way">{t("seal_confirm.drag")}</span>
      <div ref={target} className={over ? "drag-paper drag-over" : "drag-paper"}>
        <i /><i /><i /><b />
      </div>
    </div>
  );
}
