import { expect, test } from "vitest";
import { appOver } from "../support/small-house.ts";

const payload = { name: "persons", topic: "persons", handler_func: "empi" };

function create(app: ReturnType<typeof appOver>["app"], key: string, body: object = payload) {
  return app.inject({
    method: "POST",
    url: "/api/v1/consumers",
    headers: { "idempotency-key": key },
    payload: body,
  });
}

test("a POST that comes again with its key is answered alike, and done once", async () => {
  const { app, house } = appOver();

  const first = await create(app, "k1");
  const second = await create(app, "k1");

  expect([first.statusCode, second.statusCode]).toEqual([201, 201]);
  expect(second.json()).toEqual(first.json());
  expect(second.headers["location"]).toBe(first.headers["location"]);
  expect(second.headers["etag"]).toBe(first.headers["etag"]);
  expect(second.headers["idempotency-replayed"]).toBe("true");
  expect(await house.consumers.list()).toHaveLength(1);
});

test("a key with another body is refused", async () => {
  const { app } = appOver();
  await create(app, "k1");

  const other = await create(app, "k1", { ...payload, name: "others" });

  expect([other.statusCode, other.json().code]).toEqual([422, "request.key_reused"]);
});

test("a request that was refused may be mended under the same key", async () => {
  const { app } = appOver();

  const wrong = await create(app, "k1", { ...payload, handler_func: "empi", global_key: [1] });
  const faulty = await create(app, "k1", { ...payload, configuration: { nonsense: 1 } });
  const right = await create(app, "k1");

  expect([wrong.statusCode, faulty.statusCode, right.statusCode]).toEqual([400, 422, 201]);
});

test("the same request at the same time is told that it is at work", async () => {
  const { app, house } = appOver();
  const create1 = house.consumers.create.bind(house.consumers);
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  house.consumers.create = async (...args) => {
    await gate;
    return create1(...args);
  };

  const first = create(app, "k1");
  await new Promise((resolve) => setImmediate(resolve));
  const second = await create(app, "k1");
  go();

  expect([second.statusCode, second.json().code]).toEqual([409, "request.in_progress"]);
  expect((await first).statusCode).toBe(201);
});

test.each(["", "x".repeat(256), "with space"])("the key %j is refused", async (key) => {
  const { app } = appOver();

  const answer = await create(app, key);

  expect(answer.statusCode).toBe(400);
});
