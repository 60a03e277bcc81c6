import { expect, test } from "vitest";
import { secretsOfSettings } from "../src/known-secrets.ts";
import { parseEnvironment } from "../src/parse-environment.ts";

const whole = {
  HOME: "/home/g",
  GLUTTONY_PUBLIC_URL: "https://gluttony.hospital.example/",
  GLUTTONY_OIDC_ISSUER: "https://id.hospital.example/realms/staff",
  GLUTTONY_OIDC_CLIENT_ID: "gluttony",
  GLUTTONY_OIDC_CLIENT_SECRET: "a-secret-of-the-client",
  GLUTTONY_OIDC_ROLES: "admins=>admin; CN=icu,OU=groups=>operator:site=north,ward=icu; *=>viewer",
};
const parse = (env: { readonly [name: string]: string }) =>
  parseEnvironment({ env, readFile: () => "from-a-file-secret\n" });
const pathsOf = (changes: { readonly [name: string]: string }) =>
  parse({ ...whole, ...changes }).faults.map(({ path }) => path);

test("the identity provider's settings are read, with defaults for its claims", () => {
  const { settings, faults } = parse(whole);

  expect(faults).toEqual([]);
  expect(settings.oidc).toEqual({
    issuer: "https://id.hospital.example/realms/staff",
    clientId: "gluttony",
    clientSecret: "a-secret-of-the-client",
    publicUrl: "https://gluttony.hospital.example",
    scopes: ["openid", "profile", "email"],
    rolesClaim: "groups",
    nameClaim: "preferred_username",
    roles: [
      { group: "admins", grant: { role: "admin", scope: null } },
      { group: "CN=icu,OU=groups", grant: { role: "operator", scope: { site: "north", ward: "icu" } } },
      { group: "*", grant: { role: "viewer", scope: null } },
    ],
    emailDomains: [],
  });
  expect(secretsOfSettings(settings)).toContain("a-secret-of-the-client");
});

test("the secret may come from a file", () => {
  const { GLUTTONY_OIDC_CLIENT_SECRET: _, ...rest } = whole;

  const { settings } = parse({ ...rest, GLUTTONY_OIDC_CLIENT_SECRET_FILE: "/run/secrets/oidc" });

  expect(settings.oidc?.clientSecret).toBe("from-a-file-secret");
});

test("without an issuer there is no provider, and one of its other names alone is a fault", () => {
  expect(parse({ HOME: "/home/g" }).settings.oidc).toBeNull();
  expect(parse({ HOME: "/home/g", GLUTTONY_OIDC_CLIENT_ID: "gluttony" }).faults).toMatchObject([
    { path: "GLUTTONY_OIDC_ISSUER" },
  ]);
});

test.each<[{ readonly [name: string]: string }, string]>([
  [{ GLUTTONY_OIDC_ISSUER: "http://id.hospital.example" }, "GLUTTONY_OIDC_ISSUER"],
  [{ GLUTTONY_OIDC_ISSUER: "id.hospital.example" }, "GLUTTONY_OIDC_ISSUER"],
  [{ GLUTTONY_PUBLIC_URL: "http://gluttony.hospital.example" }, "GLUTTONY_PUBLIC_URL"],
  [{ GLUTTONY_PUBLIC_URL: "" }, "GLUTTONY_PUBLIC_URL"],
  [{ GLUTTONY_OIDC_CLIENT_ID: "" }, "GLUTTONY_OIDC_CLIENT_ID"],
  [{ GLUTTONY_OIDC_ROLES: "" }, "GLUTTONY_OIDC_ROLES"],
  [{ GLUTTONY_OIDC_ROLES: "admins" }, "GLUTTONY_OIDC_ROLES"],
  [{ GLUTTONY_OIDC_ROLES: "admins=>root" }, "GLUTTONY_OIDC_ROLES"],
  [{ GLUTTONY_OIDC_ROLES: "admins=>operator:site" }, "GLUTTONY_OIDC_ROLES"],
  [{ GLUTTONY_OIDC_SCOPES: "profile email" }, "GLUTTONY_OIDC_SCOPES"],
  [{ GLUTTONY_OIDC_EMAIL_DOMAINS: "hospital.example, @x" }, "GLUTTONY_OIDC_EMAIL_DOMAINS"],
])("%j is a fault", (changes, path) => {
  expect(pathsOf(changes)).toEqual([path]);
});

test("on this machine clear text is fine", () => {
  expect(
    pathsOf({ GLUTTONY_OIDC_ISSUER: "http://127.0.0.1:9000", GLUTTONY_PUBLIC_URL: "http://localhost:8180" }),
  ).toEqual([]);
});
