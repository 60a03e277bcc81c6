import { expect, test } from "vitest";
import { demandReading } from "../../src/access/read-only.ts";
import { appOver, localSettings, storedConsumer } from "../support/small-house.ts";

const token = "the-deployers-own-token";
const headers = { authorization: `Bearer ${token}`, "if-match": '"1"' };
/** What may be asked by another method than GET. */
const asking = [
  "DELETE /api/v1/session",
  "POST /api/v1/changes::search",
  "POST /api/v1/config::plan",
  "POST /api/v1/connections::tables",
  "POST /api/v1/connections::test",
  "POST /api/v1/connectors/:id([^:/]+)/offsets::plan",
  "POST /api/v1/connectors::plan",
  "POST /api/v1/connectors::validate",
  "POST /api/v1/consumers/:id([^:/]+)/plugins/:name([^:]+)::plan-upgrade",
  "POST /api/v1/consumers/:id([^:/]+)/positions::plan",
  "POST /api/v1/consumers/:id([^:]+)::explain",
  "POST /api/v1/consumers/:id/live::search",
  "POST /api/v1/consumers/:id/records::search",
  "POST /api/v1/dead-letters::plan-discard",
  "POST /api/v1/dead-letters::plan-replay",
  "POST /api/v1/diagnostics::bundle",
  "POST /api/v1/session",
  "POST /api/v1/settings::plan",
];

function isRefused(method: string, url: string): boolean {
  try {
    demandReading({ method, routeOptions: { url } } as never, { ...localSettings, isReadOnly: true });
    return false;
  } catch {
    return true;
  }
}

test("on a host that only reads, no route but these lets a change through, for anybody", async () => {
  const { app, routes, house } = appOver({}, { token, isReadOnly: true });
  await storedConsumer(house);
  await app.ready();
  const writing = routes.filter(({ method }) => method !== "GET" && method !== "HEAD");

  const answers = await Promise.all(
    writing
      .filter(({ method, url }) => isRefused(method, url))
      .map(({ method, url }) =>
        app.inject({
          method: method as "POST",
          url: url.replaceAll(/(?<!:):\w+(\([^)]*\))?/g, "1").replaceAll("::", ":"),
          headers,
          ...(method === "DELETE" ? {} : { payload: {} }),
        }),
      ),
  );

  expect(answers.length).toBeGreaterThan(15);
  expect(new Set(answers.map((answer) => `${answer.statusCode} ${answer.json().code}`))).toEqual(
    new Set(["403 request.read_only"]),
  );
  const open = writing.filter(({ method, url }) => !isRefused(method, url));
  expect(open.map(({ method, url }) => `${method} ${url}`).toSorted()).toEqual(asking);
  expect(await house.consumers.list()).toHaveLength(1);
});

test("it still answers questions, and says what it is", async () => {
  const environment = { name: "production", colour: "red" };
  const { app } = appOver({}, { token, isReadOnly: true, environment });

  const list = await app.inject({ url: "/api/v1/consumers", headers });
  const meta = await app.inject({ url: "/api/v1/meta", headers });

  expect([list.statusCode, meta.statusCode]).toEqual([200, 200]);
  expect(meta.json()).toMatchObject({
    isReadOnly: true,
    environment,
    features: { positions: true, explain: false },
  });
});

test("a host is no such one unless it is told", async () => {
  const { app } = appOver();

  const meta = await app.inject({ url: "/api/v1/meta" });

  expect(meta.json()).toMatchObject({ isReadOnly: false, environment: null });
});
