// What lists are filtered by, and the button that takes along what is filtered.
import { Input } from "antd";
import { useEffect, useState } from "react";
import { Icon } from "./icons";

// What was typed, when the typing rests: a question a pause, not a question a letter.
export function useRested(value: string, restMs = 300): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}

export function SearchField({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="filter-wide"><span>{label}</span>
      <Input type="search" allowClear value={value} maxLength={60} onChange={(event) => onChange(event.target.value)} /></label>
  );
}

export function exportAddress(path: string, filter: object): string {
  const query = new URLSearchParams(Object.entries(filter).filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== ""));
  return `${path}.xlsx${query.size > 0 ? `?${query.toString()}` : ""}`;
}

export function ExportLink({ path, filter, children }: { path: string; filter: object; children: string }) {
  return <a className="small-button tall" href={exportAddress(path, filter)} download><Icon name="download" size={16} />{children}</a>;
}
