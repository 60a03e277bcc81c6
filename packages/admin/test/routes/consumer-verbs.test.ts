import { steeringVerbs } from "@gluttony/model";
import { expect, test } from "vitest";
import { appOver, observed, storedConsumer } from "../support/small-house.ts";

const path = "/api/v1/consumers/1";
const reason = "a look at the target";

test.each(steeringVerbs)("%s answers 202 with an operation and its place", async (verb) => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const answer = await app.inject({ method: "POST", url: `${path}:${verb}`, payload: { reason } });

  expect(answer.statusCode, answer.body).toBe(202);
  expect(answer.headers["location"]).toBe(`/api/v1/operations/${answer.json().id}`);
  expect(answer.json()).toMatchObject({
    kind: `consumer.${verb}`,
    subject: { kind: "consumer", id: "1", name: "persons" },
    actor: "local",
    reason,
    state: "running",
    endedAt: null,
  });
});

test.each(["pause", "stop"])("%s asks for a reason, and changes nothing without", async (verb) => {
  const { app, house } = appOver();
  const row = await storedConsumer(house);

  const answer = await app.inject({ method: "POST", url: `${path}:${verb}`, payload: { reason: "  " } });

  expect([answer.statusCode, answer.json().code]).toEqual([422, "consumer.reason_required"]);
  expect(house.consumers.rows.get("1")).toEqual(row);
});

test.each(["pause", "resume", "restart"])("%s of a stopped consumer is refused", async (verb) => {
  const { app, house } = appOver();
  await storedConsumer(house, { isValid: false });

  const answer = await app.inject({ method: "POST", url: `${path}:${verb}`, payload: { reason } });

  expect([answer.statusCode, answer.json().code]).toEqual([409, "consumer.stopped"]);
});

test("who paused it, why and until when is in its view, in the list and in its status", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const until = new Date(Date.now() + 3_600_000).toISOString();

  await app.inject({ method: "POST", url: `${path}:pause`, payload: { reason, until } });
  const view = (await app.inject(path)).json();
  const [line] = (await app.inject("/api/v1/consumers")).json().items;
  const status = (await app.inject(`${path}/status`)).json();

  const steering = { isPaused: true, until, actor: "local", reason, restarts: "0" };
  expect(view).toMatchObject({ is_valid: true, steering });
  expect(line).toMatchObject({ desired: "paused", steering });
  expect(status).toMatchObject({ desired: "paused", steering });
});

test("a pause whose end has passed is asked for no more", async () => {
  const { app, house } = appOver();
  const row = await storedConsumer(house);
  const until = new Date(Date.now() - 1_000);
  const steering = { isPaused: true, until, actor: "ada", reason, at: new Date(0), restarts: 0n };
  house.consumers.rows.set("1", { ...row, steering });

  expect((await app.inject(`${path}/status`)).json().desired).toBe("enabled");
});

test.each(["2020-01-01T00:00:00Z", "tomorrow", "2027-13-01T00:00:00Z"])(
  "a pause until %s is refused",
  async (until) => {
    const { app, house } = appOver();
    await storedConsumer(house);

    const answer = await app.inject({ method: "POST", url: `${path}:pause`, payload: { reason, until } });

    expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, "/until"]);
  },
);

test("only a pause has an end", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);

  const payload = { reason, until: "2099-01-01T00:00:00Z" };
  const answer = await app.inject({ method: "POST", url: `${path}:stop`, payload });

  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, "/until"]);
});

test("what became so before the next wish is done, and not superseded", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  const paused = await app.inject({ method: "POST", url: `${path}:pause`, payload: { reason } });
  house.observed.push(observed({ state: "paused", revision: 2n }));

  await app.inject({ method: "POST", url: `${path}:resume`, payload: {} });
  const operation = await app.inject(paused.headers["location"] as string);

  expect(operation.json().state).toBe("done");
});
