import { expect, it } from "vitest";
import { exportAddress } from "@shell/list_filter";
import { dayBegins, dayEnds } from "./api";
import { noteText } from "./jobs_page";

it("a day of the filter is the whole day here, also when the clocks change", () => {
  expect(dayBegins("2026-03-05")).toBe(new Date(2026, 2, 5).toISOString().replace(".000Z", "Z"));
  expect(dayEnds("2026-02-28")).toBe(new Date(2026, 2, 1).toISOString().replace(".000Z", "Z"));
});

it("what is exported is what is filtered", () => {
  expect(exportAddress("/api/v1/orgs/o/audit", {})).toBe("/api/v1/orgs/o/audit.xlsx");
  expect(exportAddress("/api/v1/orgs/o/audit", { action_prefix: "accounts.", from: "2026-03-05T00:00:00Z" })).toBe("/api/v1/orgs/o/audit.xlsx?action_prefix=accounts.&from=2026-03-05T00%3A00%3A00Z");
});

it.each([["", ""], ["磁盘满了", "磁盘满了"], ['{"text":"磁盘满了"}', "磁盘满了"], ['{"key":"a.b"}', ""], [null, ""]])("the note %s is told as “%s”", (note, text) =>
  expect(noteText(note)).toBe(text));
