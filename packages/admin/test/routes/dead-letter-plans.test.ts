import { expect, test } from "vitest";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, letter, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/dead-letters";

async function houseWithLetters(): Promise<ReturnType<typeof appOver>> {
  const built = appOver();
  await storedConsumer(built.house);
  built.house.deadLetters.letters.push(letter(), letter({ id: "b" }));
  return built;
}

test.each(["replay", "discard"] as const)("a %s is planned, then done as it was shown", async (deed) => {
  const { app, house } = await houseWithLetters();
  const selection = {
    consumer: "persons",
    failureCode: "empi.refused",
    parkedBefore: "2026-02-01T00:00:00Z",
  };

  const planned = await app.inject({ method: "POST", url: `${path}:plan-${deed}`, payload: selection });
  expect([house.deadLetters.asked, house.deadLetters.closed]).toEqual([[], []]);
  const { expiresAt, hash } = planned.json();
  const done = await app.inject({
    method: "POST",
    url: `${path}:${deed}`,
    payload: { ...selection, reason: "mended", plan: { expiresAt, hash } },
  });

  expect(planned.json()).toMatchObject({ deed, count: 2, keys: { count: 1 }, leftOut: { forceNeeded: 0 } });
  expect(done.statusCode).toBeLessThan(300);
  expect([...house.deadLetters.asked, ...house.deadLetters.closed]).toHaveLength(1);
});

test.each([
  ["another letter was parked", {}, () => letter({ id: "c" })],
  ["other letters are meant", { failureCode: "other.code" }, null],
  ["also those that failed often are meant", { force: true }, null],
  ["the plan ended", { plan: { expiresAt: "2020-01-01T00:00:00.000Z", hash: "0".repeat(32) } }, null],
])("a planned replay is refused when %s", async (_, changes, more) => {
  const { app, house } = await houseWithLetters();
  const selection = { consumer: "persons" };
  const planned = await app.inject({ method: "POST", url: `${path}:plan-replay`, payload: selection });
  const { expiresAt, hash } = planned.json();
  if (more !== null) house.deadLetters.letters.push(more());

  const answer = await app.inject({
    method: "POST",
    url: `${path}:replay`,
    payload: { ...selection, plan: { expiresAt, hash }, ...changes },
  });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "dead_letter.plan_stale"]);
  expect(house.deadLetters.asked).toEqual([]);
});

test("a plan to replay is none to discard", async () => {
  const { app, house } = await houseWithLetters();
  const selection = { ids: ["letter-1"] };
  const planned = await app.inject({ method: "POST", url: `${path}:plan-replay`, payload: selection });
  const { expiresAt, hash } = planned.json();

  const answer = await app.inject({
    method: "POST",
    url: `${path}:discard`,
    payload: { ...selection, reason: "why", plan: { expiresAt, hash } },
  });

  expect([answer.statusCode, house.deadLetters.closed]).toEqual([409, []]);
});

test("nobody plans for letters beyond their scope", async () => {
  const built = appOver({}, { token: "the-deployers-own-token" });
  await storedConsumer(built.house, { configuration: { labels: { site: "south" } } });
  const grants = [
    { role: "operator", scope: { site: "north" } },
    { role: "viewer", scope: null },
  ] as const;
  const authorization = `Bearer ${await tokenOf(built.house.access, grants)}`;

  const answer = await built.app.inject({
    method: "POST",
    url: `${path}:plan-discard`,
    headers: { authorization },
    payload: { consumer: "persons" },
  });

  expect(answer.statusCode).toBe(403);
});

test("a note is kept, replaced and taken away", async () => {
  const { app } = await houseWithLetters();
  const note = (text: unknown) =>
    app.inject({ method: "PATCH", url: `${path}/letter-1`, payload: { note: text } as object });

  const kept = await note("asked the ward");
  const gone = await note(null);
  const refused = await note(7);

  expect([kept.json().note, gone.json().note]).toEqual(["asked the ward", null]);
  expect(refused.statusCode).toBe(400);
  expect((await app.inject({ method: "PATCH", url: `${path}/x`, payload: { note: null } })).statusCode).toBe(
    404,
  );
});

test("a letter is shown with what happened to it", async () => {
  const { app, house } = await houseWithLetters();
  house.deadLetters.happened.push({
    ...{ at: new Date(0), what: "replay_failed", actor: "host-a", failureCode: "x.y" },
    ...{ attempts: 2, release: "empi@1.0.0", orderId: "4" },
  });

  const answer = await app.inject(`${path}/letter-1`);

  expect(answer.json().history).toMatchObject([
    { at: "1970-01-01T00:00:00.000Z", what: "replay_failed", failureCode: "x.y" },
  ]);
});

test("the list is given as a file that no program takes for formulas, and without messages", async () => {
  const { app, house } = await houseWithLetters();
  house.deadLetters.letters.push(
    letter({
      id: "c",
      reason: '=cmd("x"), and more',
      failure: { kind: "record", code: "a.b", message: "Smith" },
    }),
  );

  const answer = await app.inject(`${path}:export?state=parked`);
  const lines = answer.body.split("\r\n");

  expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(lines[0]).toMatch(/^id,consumer,topic,partition,offset,state,failure_kind,/);
  expect(lines).toHaveLength(5);
  expect(lines[3]).toContain(`"'=cmd(""x""), and more"`);
  expect(answer.body).not.toContain("Smith");
});

test("a file that has no room for all says where the next one begins", async () => {
  const { app, house } = await houseWithLetters();
  const many = Array.from({ length: 10_100 }, (_, index) => letter({ id: `many-${index}` }));
  house.deadLetters.letters.push(...many);

  const first = await app.inject(`${path}:export?consumer=persons`);
  const url = /<([^>]+)>; rel="next"/.exec(String(first.headers["link"]))?.[1] ?? "";
  const second = await app.inject(url);

  const rows = [first, second].map(({ body }) => body.trimEnd().split("\r\n").length - 1);
  expect(rows).toEqual([10_000, 102]);
  expect(second.headers["link"]).toBeUndefined();
});
