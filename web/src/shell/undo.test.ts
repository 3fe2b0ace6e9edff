import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Notices, undoMs } from "./undo";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

function held() {
  const notices = new Notices();
  const calls: string[] = [];
  notices.hold("已移除", () => calls.push("commit"), () => calls.push("undo"));
  return { notices, calls };
}

it("what is held is done after ten seconds, not before, and once", () => {
  const { notices, calls } = held();
  vi.advanceTimersByTime(undoMs - 1);
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(1);
  notices.flush();
  expect(calls).toEqual(["commit"]);
  expect(notices.list()).toEqual([]);
});

it("undo takes it back for good", () => {
  const { notices, calls } = held();
  notices.list()[0]?.undo?.();
  vi.advanceTimersByTime(undoMs * 2);
  notices.flush();
  expect(calls).toEqual(["undo"]);
});

it("leaving the page does at once what was held", () => {
  const { notices, calls } = held();
  notices.flush();
  vi.advanceTimersByTime(undoMs * 2);
  expect(calls).toEqual(["commit"]);
});

it("what is done already offers its opposite for ten seconds", () => {
  const notices = new Notices();
  const undo = vi.fn();
  notices.done("已保存", undo);
  const offered = notices.list()[0]?.undo;
  vi.advanceTimersByTime(undoMs);
  expect(notices.list()).toEqual([]);
  offered?.();
  expect(undo).toHaveBeenCalledTimes(1);
});
