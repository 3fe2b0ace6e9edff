// Undo over confirm: what was done is said at the foot of the page with ten seconds to take it back. What the server
// cannot take back (removing a colleague) is held those ten seconds and then done, or at once when the page is left.
export const undoMs = 10_000;

export interface Notice {
  id: number;
  text: string;
  tone: "plain" | "bad";
  undo?: () => void;
}

type Timer = ReturnType<typeof setTimeout>;

export class Notices {
  private items: readonly Notice[] = [];
  private next = 1;
  private readonly listeners = new Set<() => void>();
  private readonly held = new Map<number, { timer: Timer; commit: () => void }>();

  list = () => this.items;
  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  };

  tell(text: string, tone: Notice["tone"] = "plain") {
    const id = this.show({ text, tone });
    setTimeout(() => this.drop(id), tone === "bad" ? 2 * undoMs : undoMs / 2);
  }

  // Done already; `undo` does the opposite.
  done(text: string, undo: () => void) {
    const id = this.show({ text, tone: "plain", undo: () => { this.drop(id); undo(); } });
    setTimeout(() => this.drop(id), undoMs);
  }

  // Done in ten seconds unless it is taken back.
  hold(text: string, commit: () => void, undo: () => void) {
    const id = this.show({ text, tone: "plain", undo: () => {
      const entry = this.held.get(id);
      if (!entry) return;
      clearTimeout(entry.timer);
      this.held.delete(id);
      this.drop(id);
      undo();
    } });
    const timer = setTimeout(() => this.commit(id), undoMs);
    this.held.set(id, { timer, commit });
  }

  flush = () => { for (const id of [...this.held.keys()]) this.commit(id); };

  private commit(id: number) {
    const entry = this.held.get(id);
    if (!entry) return;
    clearTimeout(entry.timer);
    this.held.delete(id);
    this.drop(id);
    entry.commit();
  }

  private show(notice: Omit<Notice, "id">): number {
    const id = this.next++;
    this.items = [...this.items, { ...notice, id }];
    this.changed();
    return id;
  }

  private drop(id: number) {
    this.items = this.items.filter((notice) => notice.id !== id);
    this.changed();
  }

  private changed() { for (const listener of this.listeners) listener(); }
}

export const notices = new Notices();
