import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { appOver } from "../support/small-house.ts";

type House = ReturnType<typeof appOver>;

const patch = ({ app }: House, values: object, ifMatch?: string) =>
  app.inject({
    method: "PATCH",
    url: "/api/v1/settings",
    payload: { values, reason: "shared screens" },
    headers: ifMatch === undefined ? {} : { "if-match": ifMatch },
  });
const settingOf = (body: { settings: readonly { name: string }[] }, name: string) =>
  body.settings.find((one) => one.name === name);

test("a setting is shown with its value, its bounds and where it comes from", async () => {
  const house = appOver();

  const before = await house.app.inject({ url: "/api/v1/settings" });
  const changed = await patch(house, { "session.idleMinutes": 15 }, String(before.headers.etag));

  expect(settingOf(before.json(), "session.idleMinutes")).toMatchObject({
    value: 30,
    default: 30,
    min: 5,
    max: 1_440,
    unit: "minutes",
    source: "default",
  });
  expect([changed.statusCode, changed.headers.etag]).toEqual([200, '"1"']);
  expect(settingOf(changed.json(), "session.idleMinutes")).toMatchObject({ value: 15, source: "decided" });
});

test("the environment is shown beside them, without a secret's value", async () => {
  const { app } = appOver();

  const { environment } = (await app.inject({ url: "/api/v1/settings" })).json();

  expect(environment).toEqual([
    { name: "KAFKA_HOST", source: "environment", isSecret: false, value: "kafka:9092" },
    { name: "GLUTTONY_MASTER_KEY", source: "file", isSecret: true, value: null },
  ]);
});

test("a plan says what would change, and changes nothing", async () => {
  const house = appOver();
  const values = { "session.idleMinutes": 15, "reveal.minutes": null };

  const plan = await house.app.inject({ method: "POST", url: "/api/v1/settings:plan", payload: { values } });

  expect(plan.json()).toEqual({
    revision: "0",
    changes: [{ name: "session.idleMinutes", before: null, after: 15 }],
  });
  expect(house.house.settings.kept.revision).toBe(0n);
});

test("a change needs the revision seen, and one that is old is refused", async () => {
  const house = appOver();
  await patch(house, { "session.idleMinutes": 15 }, '"0"');

  const without = await patch(house, { "session.idleMinutes": 20 });
  const old = await patch(house, { "session.idleMinutes": 20 }, '"0"');

  expect([without.statusCode, old.statusCode, old.json().code]).toEqual([
    428,
    412,
    "settings.stale_revision",
  ]);
});

test("every fault is told at once, with what to write instead; nothing is changed", async () => {
  const house = appOver();

  const refused = await patch(house, { "session.idleMinutes": 1, KAFKA_HOST: 1, "reveal.minutes": 5 }, '"0"');

  expect([refused.statusCode, refused.json().code]).toEqual([422, "settings.invalid"]);
  expect(refused.json().errors).toHaveLength(2);
  expect(house.house.settings.kept.revision).toBe(0n);
});

test("changes are listed, newest first, page by page", async () => {
  const house = appOver();
  await patch(house, { "session.idleMinutes": 15 }, '"0"');
  await patch(house, { "session.idleMinutes": null }, '"1"');

  const first = (await house.app.inject({ url: "/api/v1/settings/revisions?limit=1" })).json();
  const rest = (await house.app.inject({ url: `/api/v1/settings/revisions?cursor=${first.next}` })).json();

  expect(first.items).toMatchObject([
    { revision: "2", reason: "shared screens", changes: [{ before: 15, after: null }] },
  ]);
  expect(rest).toMatchObject({ items: [{ revision: "1" }], next: null });
});

test("who only looks may see and plan, and changes nothing", async () => {
  const house = appOver();
  const authorization = `Bearer ${await tokenOf(house.house.access, [{ role: "viewer", scope: null }])}`;
  const headers = { authorization, "if-match": '"0"' };
  const payload = { values: { "session.idleMinutes": 15 } };

  const seen = await house.app.inject({ url: "/api/v1/settings", headers });
  const changed = await house.app.inject({ method: "PATCH", url: "/api/v1/settings", headers, payload });

  expect([seen.statusCode, changed.statusCode]).toEqual([200, 403]);
});

test("new tokens last at most as long as was decided", async () => {
  const house = appOver();
  await patch(house, { "token.daysMax": 7 }, '"0"');
  const make = (expiresInDays: number) =>
    house.app.inject({
      method: "POST",
      url: "/api/v1/tokens",
      payload: { name: "ci", grants: [], expiresInDays },
    });

  const [longer, shorter] = [await make(8), await make(7)];

  expect([longer.json().code, shorter.statusCode]).toEqual(["request.invalid", 201]);
});
