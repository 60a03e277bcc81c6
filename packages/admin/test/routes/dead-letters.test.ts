import { expect, test } from "vitest";
import { appOver, letter, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/dead-letters";

test("a dead letter is shown without its content, its offset as text", async () => {
  const { app, house } = appOver();
  const withContent = { ...letter(), value: "row-value", key: "row-key" };
  house.deadLetters.letters.push(withContent);

  const answer = await app.inject(`${path}/letter-1`);

  expect(answer.json()).toEqual({
    ...letter(),
    history: [],
    offset: "9007199254740993",
    parkedAt: "2026-01-01T00:00:00.000Z",
  });
  expect(answer.body).not.toContain("row-");
});

test("a dead letter that does not exist is not found", async () => {
  const { app } = appOver();

  const answer = await app.inject(`${path}/nobody`);

  expect([answer.statusCode, answer.json().code]).toEqual([404, "dead_letter.not_found"]);
});

test.each(["persons", "1"])("the list is narrowed to the consumer %s and a state", async (consumer) => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.deadLetters.letters.push(letter(), letter({ id: "b", state: "replayed" }));
  house.deadLetters.letters.push(letter({ id: "c", consumerId: "2" }));

  const answer = await app.inject(`${path}?consumer=${consumer}&state=parked`);

  expect(answer.json()).toMatchObject({ items: [{ id: "letter-1" }], next: null });
  expect(answer.json().items).toHaveLength(1);
});

test("the list goes on where the cursor says", async () => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter(), letter({ id: "b" }));

  const first = await app.inject(`${path}?limit=1`);
  const second = await app.inject(`${path}?limit=1&cursor=${first.json().next}`);

  expect(second.json()).toMatchObject({ items: [{ id: "b" }], next: null });
});

test.each([
  ["limit=201", "/limit"],
  ["state=lost", "/state"],
  ["consumr=persons", "/consumr"],
  ["cursor=", "/cursor"],
])("the query %s is refused", async (query, pointer) => {
  const { app } = appOver();

  const answer = await app.inject(`${path}?${query}`);

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, pointer]);
});

test("the letters of a consumer that does not exist are not found", async () => {
  const { app } = appOver();

  const answer = await app.inject(`${path}?consumer=nobody`);

  expect([answer.statusCode, answer.json().code]).toEqual([404, "consumer.not_found"]);
});

test("a replay is accepted, and the letter says that it is under way", async () => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter());

  const answer = await app.inject({ method: "POST", url: `${path}/letter-1:replay` });

  expect([answer.statusCode, answer.json().state]).toEqual([202, "replaying"]);
  expect(house.deadLetters.asked).toMatchObject([
    { selection: { ids: ["letter-1"] }, wish: { actor: "local", force: false, perSecondMax: null } },
  ]);
});

test("a letter is not replayed twice at once", async () => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter({ state: "replaying" }));

  const answer = await app.inject({ method: "POST", url: `${path}/letter-1:replay` });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "dead_letter.not_replayable"]);
});

test.each([
  ["/nobody:replay", 404, "dead_letter.not_found"],
  ["/letter-1:discard", 404, "request.not_found"],
  ["/letter-1", 404, "request.not_found"],
  ["/letter-1:replay?all", 400, "request.invalid"],
])("a POST to %s replays nothing", async (rest, status, code) => {
  const { app, house } = appOver();
  house.deadLetters.letters.push(letter());

  const answer = await app.inject({ method: "POST", url: `${path}${rest}` });

  expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  expect(house.deadLetters.asked).toEqual([]);
});
