import { describe, expect, it } from "vitest";
import { creditCodeFault } from "./credit_code";
import { qrPath } from "./qr_code";

describe("统一社会信用代码", () => {
  // GB 32100-2015: weights 3^i mod 31. Division 9999xx does not exist: nobody's code.
  const right = "53999900MJ00000013";
  const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
  const complete = (first17: string) => {
    const sum = [...first17].reduce((total, character, place) => total + alphabet.indexOf(character) * (weights[place] as number), 0);
    return first17 + alphabet[(31 - (sum % 31)) % 31];
  };
  it("a right one has no fault, in either case and with blanks around", () => {
    const code = complete(right.slice(0, 17));
    expect(creditCodeFault(code)).toBeUndefined();
    expect(creditCodeFault(` ${code.toLowerCase()} `)).toBeUndefined();
  });
  it("each single wrong character is noticed", () => {
    const code = complete(right.slice(0, 17));
    for (let place = 0; place < 18; place += 1) {
      const other = code[place] === "3" ? "4" : "3";
      expect(creditCodeFault(code.slice(0, place) + other + code.slice(place + 1)), String(place)).toBe("check");
    }
  });
  it.each([["123", "length"], ["I3999900MJ00000013", "character"], ["", "length"]])("%s: %s", (code, fault) => expect(creditCodeFault(code)).toBe(fault));
});

it("a QR code has its three finders and grows with its text", () => {
  const small = qrPath("otpauth://totp/x?secret=AAAA");
  const large = qrPath(`otpauth://totp/${"x".repeat(200)}?secret=AAAA`);
  expect(large.size).toBeGreaterThan(small.size);
  for (const [column, row] of [[0, 0], [small.size - 1, 0], [0, small.size - 1]]) expect(small.path).toContain(`M${column} ${row}h1v1h-1z`);
  expect(small.path).not.toContain(`M${small.size - 1} ${small.size - 8}h`); // no finder in the fourth corner's margin
});
