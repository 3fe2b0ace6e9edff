import { expect, it } from "vitest";
import { hostOf, isPublicAddress } from "./network_page";

it.each([["https://oa.example.org", true], ["https://oa.example.org/", true], ["https://oa.example.org:8443", true], ["http://oa.example.org", false],
  ["https://localhost", false], ["https://oa.example.org/path", false], ["oa.example.org", false]])("%s can be a public address: %s", (address, can) => expect(isPublicAddress(address)).toBe(can));

it("the Caddyfile shows the host that was typed", () => {
  expect(hostOf("https://oa.example.org/")).toBe("oa.example.org");
  expect(hostOf("oa")).toBe("");
});
