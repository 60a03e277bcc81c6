import { expect, test } from "vitest";
import { maskMembers } from "../../src/secret/mask-members.ts";
import { MASK } from "../../src/secret/secret-names.ts";

test("texts under names of secrets are masked, however deep they lie", () => {
  const value = {
    handler: { apiToken: "t", list: [{ "database.password": "p", host: "h" }] },
    password: "q",
  };

  expect(maskMembers(value)).toEqual({
    handler: { apiToken: MASK, list: [{ "database.password": MASK, host: "h" }] },
    password: MASK,
  });
});

test("references, empty texts and what is no text stay", () => {
  const value = { token: "${secret:lab}", password: "", secret: null, hasSecrets: true, secrets: ["a"] };

  expect(maskMembers(value)).toEqual(value);
});

test("what lies too deep to be looked into is left out", () => {
  let value: unknown = { password: "p" };
  for (let level = 0; level < 100; level += 1) value = [value];

  expect(JSON.stringify(maskMembers(value))).not.toContain('"p"');
});
