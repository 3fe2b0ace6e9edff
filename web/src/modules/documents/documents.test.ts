import { expect, it } from "vitest";
import { wordMatches } from "@shell/seal_confirm";
import { goodRows } from "./check_step";
import { readChosen, stepOf } from "./new_run_page";

it("the rows that can be sealed are those without a problem; a template that does not fit seals none", () => {
  expect(goodRows({ rows: 3800, problem_rows: 12, fits: true })).toBe(3788);
  expect(goodRows({ rows: 3800, problem_rows: 12, fits: false })).toBe(0);
});

it("a page with steps can be left and resumed from its address, but not beyond what was chosen", () => {
  const chosen = readChosen(new URLSearchParams("template=a&data=b&template_name=协议.docx&data_name=名单.xlsx"));
  expect(chosen).toEqual({ template: "a", templateName: "协议.docx", data: "b", dataName: "名单.xlsx" });
  expect(stepOf(chosen, "2")).toBe(2);
  expect(stepOf(chosen, "9")).toBe(0);
  expect(stepOf({ ...chosen, data: "" }, "2")).toBe(0);
});

it("the word that seals is taken with blanks and in either case, and no other", () => {
  expect(wordMatches(" Seal ", "seal")).toBe(true);
  expect(wordMatches("盖章", "盖章")).toBe(true);
  expect(wordMatches("盖", "盖章")).toBe(false);
});
