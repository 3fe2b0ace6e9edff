// Done, rate and time left of a running job, from what the browser has seen of it.
export interface Seen { at: number; done: number }

// The last ten seconds: a rate that follows the work and does not tremble.
const windowMs = 10_000;

export function see(trail: readonly Seen[], at: number, done: number): Seen[] {
  const last = trail[trail.length - 1];
  if (last && done < last.done) return [{ at, done }]; // taken over by another worker, from the last group on
  const next = last && last.done === done ? [...trail] : [...trail, { at, done }];
  while (next.length > 2 && (next[1] as Seen).at <= at - windowMs) next.shift();
  return next;
}

export interface Pace { perSecond: number; secondsLeft: number }

export function pace(trail: readonly Seen[], total: number, started?: string | null): Pace | undefined {
  const first = trail[0];
  const last = trail[trail.length - 1];
  if (!first || !last) return undefined;
  const from = first.at === last.at && started ? { at: new Date(started).getTime(), done: 0 } : first;
  const ms = last.at - from.at;
  const made = last.done - from.done;
  if (ms < 500 || made <= 0) return undefined;
  const perSecond = (made * 1000) / ms;
  return { perSecond, secondsLeft: Math.max(0, (total - last.done) / perSecond) };
}

export const share = (done: number, total: number) => (total > 0 ? Math.min(1, done / total) : 0);
