// Light, dark or as the system has it; remembered in this browser.
export type Appearance = "system" | "light" | "dark";

const storageKey = "shanqi.appearance";
const dark = () => window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function appearance(): Appearance {
  const stored = localStorage.getItem(storageKey);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function isDark(): boolean {
  const chosen = appearance();
  return chosen === "dark" || (chosen === "system" && dark().matches);
}

function apply() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  for (const listener of listeners) listener();
}

export function startAppearance() {
  apply();
  dark().addEventListener("change", apply);
}

export function setAppearance(wish: Appearance) {
  localStorage.setItem(storageKey, wish);
  apply();
}

export function subscribeAppearance(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
