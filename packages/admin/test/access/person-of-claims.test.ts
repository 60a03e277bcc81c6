import type { Grant } from "@gluttony/model";
import { expect, test } from "vitest";
import { personOfClaims } from "../../src/access/person-of-claims.ts";
import type { ClaimRules } from "../../src/identity-ports.ts";

const admin: Grant = { role: "admin", scope: null };
const ofNorth: Grant = { role: "operator", scope: { site: "north" } };
const rules: ClaimRules = {
  clientId: "gluttony",
  rolesClaim: "groups",
  nameClaim: "preferred_username",
  roles: [
    { group: "admins", grant: admin },
    { group: "CN=icu,OU=groups", grant: ofNorth },
    { group: "it", grant: admin },
  ],
  emailDomains: [],
};
const known = { iss: "https://id.example", sub: "s-1", preferred_username: "ann" };

test("each group gives its role once, within its scope", () => {
  const person = personOfClaims({ ...known, groups: ["it", "admins", "CN=icu,OU=groups", "others"] }, rules);

  expect(person).toEqual({
    issuer: "https://id.example",
    subject: "s-1",
    name: "ann",
    grants: [admin, ofNorth],
  });
});

test.each([
  ["a single text", "admins", [admin]],
  ["no claim", undefined, []],
  ["an object", { admins: true }, []],
  ["numbers", [1, 2], []],
  ["a text that holds it", "admins,others", []],
])("groups as %s", (_, groups, grants) => {
  expect(personOfClaims({ ...known, groups }, rules).grants).toEqual(grants);
});

test("groups may lie deeper, and a name may hold dots itself", () => {
  const deep = { ...rules, rolesClaim: "realm_access.roles" };
  const dotted = { ...rules, rolesClaim: "https://hospital.example/groups" };

  expect(personOfClaims({ ...known, realm_access: { roles: ["it"] } }, deep).grants).toEqual([admin]);
  expect(personOfClaims({ ...known, "https://hospital.example/groups": ["it"] }, dotted).grants).toEqual([
    admin,
  ]);
  expect(personOfClaims(known, { ...rules, rolesClaim: "constructor.name" }).grants).toEqual([]);
});

test("a star gives its role to everybody whom the provider signs in", () => {
  const all = { ...rules, roles: [{ group: "*", grant: ofNorth }] };

  expect(personOfClaims(known, all).grants).toEqual([ofNorth]);
});

test.each([undefined, "", "  ", "-ann", "a\u0000b", 7])(
  "a name that is none is made from the subject: %j",
  (name) => {
    expect(personOfClaims({ ...known, preferred_username: name }, rules).name).toMatch(/^user~[0-9a-f]{8}$/);
  },
);

test("only a verified address of a named domain signs in, where domains are named", () => {
  const limited = { ...rules, emailDomains: ["hospital.example"] };
  const codeOf = (claims: object): string => {
    try {
      return personOfClaims({ ...known, ...claims }, limited).name;
    } catch (error) {
      return String(Reflect.get(error as object, "code"));
    }
  };

  expect(codeOf({ email: "ann@Hospital.example", email_verified: true })).toBe("ann");
  expect([
    codeOf({ email: "ann@hospital.example" }),
    codeOf({ email: "ann@hospital.example", email_verified: "true" }),
    codeOf({ email: "ann@evil.example", email_verified: true }),
    codeOf({ email: "ann@hospital.example@evil.example", email_verified: true }),
    codeOf({ email: "ann@sub.hospital.example", email_verified: true }),
    codeOf({}),
  ]).toEqual(Array.from({ length: 6 }, () => "oidc.email_refused"));
});

test.each([
  ["iss", { iss: undefined }],
  ["sub", { sub: "" }],
  ["sub", { sub: "x".repeat(256) }],
])("claims without a %s are refused", (_, changes) => {
  expect(() => personOfClaims({ ...known, ...changes }, rules)).toThrow("does not say who you are");
});
