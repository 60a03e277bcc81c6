import { expect, test } from "vitest";
import type { SeenError } from "../../src/error-ports.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const url = "/api/v1/consumers/persons/errors";

const seen: SeenError = {
  ...{
    fingerprint: "0123456789abcdef",
    code: "handler.threw",
    kind: "transient",
    release: "@example/empi@1.0.0",
  },
  frames: ["readPatient src/map.js:10:5"],
  count: 9_007_199_254_740_993n,
  firstSeenAt: new Date(0),
  lastSeenAt: new Date(1_000),
  sample: { topic: "persons", partition: 3, offset: 12n },
};

test("errors are listed by what made them, with the register's words where there are any", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.errors.push(seen, { ...seen, fingerprint: "f", code: "empi.own", release: null, frames: [] });

  const { items } = (await app.inject(url)).json();

  expect(items).toMatchObject([
    { code: "handler.threw", count: "9007199254740993", sample: { partition: 3, offset: "12" } },
    { code: "empi.own", title: null, remedy: null, release: null },
  ]);
  expect(items[0].title).toEqual(expect.any(String));
});

test("one group is shown, and one that is not known is not found", async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.errors.push(seen);

  const found = await app.inject(`${url}/0123456789abcdef`);
  const missing = await app.inject(`${url}/nothing`);
  const nobody = await app.inject("/api/v1/consumers/nobody/errors");

  expect(found.json()).toMatchObject({ fingerprint: "0123456789abcdef", frames: seen.frames });
  expect([missing.statusCode, missing.json().code]).toEqual([404, "consumer.error_unknown"]);
  expect(nobody.statusCode).toBe(404);
});
