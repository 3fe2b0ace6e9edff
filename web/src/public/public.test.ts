import { expect, it } from "vitest";
import { nextPath } from "./parts";

it.each([
  ["", "/"], ["?next=%2Fdocuments%2F1%3Fa%3Db", "/documents/1?a=b"],
  // Another house's address must not follow our sign-in page.
  ["?next=https%3A%2F%2Fevil.example", "/"], ["?next=%2F%2Fevil.example", "/"], ["?next=%2F%5Cevil.example", "/"], ["?next=javascript%3Aalert(1)", "/"],
  ["?next=%2F%09%2Fevil.example", "/"], ["?next=%2F%0A%2Fevil.example", "/"], ["?next=%2F%5C%2Fevil.example", "/"],
  ["?next=%2Fsign-in", "/"],
])("after signing in with %s comes %s", (search, path) => expect(nextPath(search)).toBe(path));
