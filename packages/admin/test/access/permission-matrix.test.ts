import { type Grant, isAllowed, isAllowedSomewhere, type Role, roleNames } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import type { RouteAccess, RouteEntry } from "../../src/access/route-access.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, storedConsumer, letter } from "../support/small-house.ts";

const rootToken = "the-deployers-own-token";
const north = { site: "north" };
const pathParts: { readonly [name: string]: string } = {
  ...{ id: "1", partition: "0", seq: "1", n: "1", topic: "persons", offset: "0" },
  ...{ name: "@example%2Fempi", version: "1.0.0", fingerprint: "0123456789abcdef" },
};

/** Every route, with a consumer of the north behind its id. */
async function house(): Promise<ReturnType<typeof appOver>> {
  const built = appOver({}, { token: rootToken });
  await storedConsumer(built.house, { configuration: { labels: north } });
  built.house.deadLetters.letters.push(letter({ id: "1" }));
  await built.app.ready();
  return built;
}

function urlOf({ url }: RouteEntry, id: string): string {
  return url
    .replaceAll(
      /:(id|partition|seq|n|topic|offset|name|version|fingerprint)(\([^)]*\))?/g,
      (_, name: string) => (name === "id" ? id : (pathParts[name] ?? "")),
    )
    .replaceAll("::", ":");
}

/** Whether the route's policy lets grants through, said once more in other words than the guard's. */
function isLetThrough(access: RouteAccess, grants: readonly Grant[], labels: typeof north | null): boolean {
  if (typeof access === "string") return true;
  const { permission, of } = access;
  if (of === "all") return isAllowed(grants, permission, null);
  if (of === "any" || of === "visible") return isAllowedSomewhere(grants, permission);
  return isAllowed(grants, permission, labels);
}

// Which of the refusals it is depends on what may be read; none of them is a success or a fault of ours.
const refusedStatuses = [403, 404];

test("every route says who may call it, and none is open but these", async () => {
  const { routes } = await house();

  const open = routes.filter(
    ({ access, method, url }) => access === "open" && method !== "HEAD" && !url.startsWith("/docs"),
  );

  expect(open.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual([
    "GET /api/v1/session",
    "GET /api/v1/session/oidc",
    "GET /api/v1/session/oidc/callback",
    "GET /healthz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /readyz",
    "GET /version",
    "POST /api/v1/bootstrap",
    "POST /api/v1/session",
  ]);
});

test("a route that says nothing of who may call it cannot be built", async () => {
  const { app } = appOver();

  app.register(async (inner) => {
    inner.get("/forgotten", () => "all the secrets");
  });

  await expect(app.ready()).rejects.toThrow("/forgotten says nothing of who may call it");
});

describe("without the right token", async () => {
  const { app, routes, house: memory } = await house();
  const expired = await tokenOf(memory.access, [{ role: "admin", scope: null }], new Date(0));
  const revoked = await tokenOf(memory.access, [{ role: "admin", scope: null }]);
  await memory.access.tokens.revoke("token-2", "setup");
  const closed = routes.filter(({ access }) => access !== "open");

  test.each([
    ["no token", undefined],
    ["a wrong token", `Bearer ${"x".repeat(40)}`],
    ["a wrong token of our form", `Bearer glt_${"x".repeat(43)}`],
    ["an expired token", `Bearer ${expired}`],
    ["a revoked token", `Bearer ${revoked}`],
    ["the right token as another scheme", `Basic ${rootToken}`],
  ])("every closed route refuses %s", async (_, authorization) => {
    for (const route of closed) {
      const answer = await app.inject({
        method: route.method as "GET",
        url: urlOf(route, "1"),
        ...(authorization === undefined ? {} : { headers: { authorization } }),
      });
      expect([route.method, route.url, answer.statusCode]).toEqual([route.method, route.url, 401]);
    }
    expect(closed.length).toBeGreaterThan(25);
  });
});

describe.each(roleNames)("the role %s", (role: Role) => {
  test.each([
    ["for everything", null, north],
    ["within its scope", north, north],
    ["out of its scope", { site: "south" }, north],
  ])("%s reaches exactly the routes that its permissions name", async (_, scope, labels) => {
    const { app, routes, house: memory } = await house();
    const grants: readonly Grant[] = [{ role, scope }];
    const authorization = `Bearer ${await tokenOf(memory.access, grants)}`;

    for (const route of routes.filter(({ access }) => access !== "open")) {
      const answer = await app.inject({
        method: route.method as "GET",
        url: urlOf(route, "1"),
        headers: { authorization, "if-match": '"999"' },
        ...(["POST", "PUT", "PATCH"].includes(route.method) ? { payload: {} } : {}),
      });
      const isLet = isLetThrough(route.access, grants, labels);
      const seen = [route.method, route.url, answer.statusCode];

      expect(answer.statusCode, seen.join(" ")).not.toBe(401);
      expect(answer.statusCode, seen.join(" ")).toBeLessThan(500);
      if (isLet) expect(answer.statusCode === 403, `refused: ${seen.join(" ")}`).toBe(false);
      // A body that is none is told before the consumer is looked at, and tells nothing of it.
      else expect([...refusedStatuses, 400], `let through: ${seen.join(" ")}`).toContain(answer.statusCode);
    }
  });
});
