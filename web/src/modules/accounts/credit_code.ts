// 统一社会信用代码 (GB 32100-2015): 18 characters, the last one a check character. A wrong one is warned of and saved:
// old certificates carry odd codes, and the office knows better.
const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

export function creditCodeFault(code: string): "length" | "character" | "check" | undefined {
  const text = code.trim().toUpperCase();
  if (text.length !== 18) return "length";
  let sum = 0;
  for (let place = 0; place < 17; place += 1) {
    const value = alphabet.indexOf(text[place] as string);
    if (value < 0) return "character";
    sum += value * (3 ** place % 31);
  }
  const expected = alphabet[(31 - (sum % 31)) % 31];
  return expected === text[17] ? undefined : "check";
}
