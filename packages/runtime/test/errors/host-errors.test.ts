import { GluttonyError, type Failure } from "@gluttony/model";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { type ErrorGroup, fingerprintOf } from "../../src/errors/error-group.ts";
import { ErrorTally } from "../../src/errors/error-tally.ts";
import { HostErrors } from "../../src/errors/host-errors.ts";

const failure: Failure = {
  ...{ kind: "transient", code: "handler.threw", message: "Smith, Anna was refused" },
  frames: ["readPatient src/map.js:10:5"],
};

function recordAt(offset: bigint): {
  readonly record: Parameters<ErrorTally["note"]>[1]["record"];
  readonly release: string;
} {
  const content = { key: null, value: null, headers: [] };
  return { record: { topic: "t", partition: 0, offset, timestampMs: 0, ...content }, release: "empi@1.0.0" };
}

test("failures of one cause are one group, with the first and the last of them", () => {
  const tally = new ErrorTally();

  tally.note(failure, recordAt(1n), 100);
  tally.note({ ...failure, message: "somebody else" }, recordAt(7n), 200);
  const groups = tally.take();

  expect(groups).toMatchObject([
    { count: 2, firstSeenAtMs: 100, lastSeenAtMs: 200, sample: { topic: "t", partition: 0, offset: 7n } },
  ]);
  expect(
    JSON.stringify(groups, (_, one: unknown) => (typeof one === "bigint" ? String(one) : one)),
  ).not.toMatch(/Smith|somebody/);
  expect(tally.take()).toEqual([]);
});

test.each([
  ["code", { code: "empi.rejected" }, {}],
  ["place", { frames: ["readPatient src/map.js:11:5"] }, {}],
  ["release", {}, { release: "empi@1.0.1" }],
])("another %s is another group", (_, changes, tried) => {
  const tally = new ErrorTally();

  tally.note(failure, recordAt(1n), 1);
  tally.note({ ...failure, ...changes }, { ...recordAt(2n), ...tried }, 1);

  const prints = tally.take().map(({ fingerprint }) => fingerprint);
  expect(new Set(prints).size).toBe(2);
  expect(prints.every((print) => /^[0-9a-f]{16}$/.test(print))).toBe(true);
});

test("a fingerprint is the same on every host, and does not depend on who is refused", () => {
  const cause = { code: "a.b", kind: "record", release: "p@1.0.0", frames: ["f x.js:1:1"] } as const;

  expect(fingerprintOf(cause)).toBe(fingerprintOf({ ...cause, frames: [...cause.frames] }));
  expect(fingerprintOf(cause)).not.toBe(fingerprintOf({ ...cause, frames: ["f", "x.js:1:1"] }));
});

test("a code that is no word is not kept, whoever sends it", () => {
  const tally = new ErrorTally();

  tally.note({ ...failure, code: "Smith, Anna\u0000" }, recordAt(1n), 1);

  expect(tally.take()).toMatchObject([{ code: "handler.transient" }]);
});

test("a plugin that invents codes without end does not fill the memory", () => {
  const tally = new ErrorTally();

  for (let index = 0; index < 1_000; index += 1)
    tally.note({ ...failure, code: `a.n${index}` }, recordAt(1n), 1);

  expect(tally.take()).toHaveLength(64);
});

test("what cannot be written waits for the next time, and is added to what came meanwhile", async () => {
  const written: (readonly [string, readonly ErrorGroup[]])[] = [];
  let isDown = true;
  const errors = new HostErrors({
    book: {
      add: async (consumerId, groups) => {
        if (isDown) throw new GluttonyError("database.unreachable");
        written.push([consumerId, groups]);
      },
    },
    clock: systemClock,
    log: { debug: () => undefined },
  });

  errors.note("7", failure, recordAt(1n));
  await errors.write();
  errors.note("7", failure, recordAt(2n));
  isDown = false;
  await errors.write();
  await errors.write();

  expect(written).toMatchObject([["7", [{ count: 2, sample: { offset: 2n } }]]]);
});

test("writing ends with its signal", async () => {
  const over = new AbortController();
  const errors = new HostErrors({
    book: { add: async () => undefined },
    clock: systemClock,
    log: { debug: () => undefined },
  });

  const running = errors.run(over.signal);
  over.abort();

  await expect(running).resolves.toBeUndefined();
});
