// How the seal will look, roughly: a round one with the name on its arc. The sealing engine draws the exact one
// (src/seal/seal_layout.cpp).
import { useId } from "react";

export function SealPicture({ name, trial, size }: { name: string; trial: boolean; size: number }) {
  const arc = useId();
  const length = [...name].length;
  const font = length > 16 ? 8 : length > 12 ? 9.5 : 11.5;
  return (
    <svg className="seal-picture" viewBox="0 0 100 100" width={size} height={size} aria-hidden="true" focusable="false">
      <circle cx="50" cy="50" r="46" fill="none" strokeWidth="3" className="seal-stroke" />
      <path id={arc} d="M 20.6 63.8 A 32.5 32.5 0 1 1 79.4 63.8" fill="none" />
      <text fontSize={font} className="seal-text" textAnchor="middle" textLength={length > 5 ? Math.min(122, length * 12) : undefined}>
        <textPath href={`#${arc}`} startOffset="50%">{name}</textPath>
      </text>
      <path className="seal-fill" d="M50 36l3.3 9.6 10.2.2-8.1 6.1 3 9.7-8.4-5.8-8.4 5.8 3-9.7-8.1-6.1 10.2-.2z" />
      {trial && <text x="50" y="80" fontSize="10" className="seal-text" textAnchor="middle">试用</text>}
    </svg>
  );
}
