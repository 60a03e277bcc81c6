import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { debeziumJson } from "../../src/codecs/index.ts";
import { defineHandler, HandlerError } from "../../src/index.ts";
import type { Change } from "../../src/index.ts";
import {
  changesIn,
  changesOf,
  inTurn,
  readRecords,
  recordOf,
  runChanges,
  writeRecords,
} from "../../src/testing/index.ts";
import type { Connector } from "../../src/testing/index.ts";

const patients = changesOf({ table: "patient", keyColumns: ["id"] });
const url = "http://target.test/";

const posting = defineHandler({
  name: "posting",
  async handle(change, context) {
    if (change.operation === "delete") return { filtered: "test.deleted" };
    const { status } = await context.fetch(url, {
      method: "POST",
      body: JSON.stringify(Object.keys(change.key ?? {})),
    });
    if (status === 503) throw new HandlerError("transient", "Busy.", { retryAfterMs: 2_000 });
    if (status === 422) throw new HandlerError("record", "Refused.", { code: "test.refused" });
    if (status === 401) throw new HandlerError("auth", "Refused.", { code: "test.unauthorized" });
    return undefined;
  },
});

test("changes end as in the host: done, filtered, retried, parked, and none after the consumer blocks", async () => {
  const changes = [
    patients.insert({ id: 1n }),
    ...patients.keyChange({ id: 1n }, { id: 2n }),
    patients.insert({ id: 3n }),
    patients.insert({ id: 4n }),
    patients.insert({ id: 5n }),
  ];
  const target = inTurn({ status: 503 }, {}, {}, { status: 422 }, { status: 401 });

  const { endings, sums } = await runChanges(posting, changes, { targets: { [`POST ${url}`]: target } });

  expect(endings.map(({ ending, reason, attempts }) => [ending, reason, attempts.length])).toEqual([
    ["done", null, 2],
    ["filtered", "test.deleted", 1],
    ["filtered", "debezium.tombstone", 0],
    ["done", null, 1],
    ["parked", "test.refused", 1],
    ["blocked", "test.unauthorized", 1],
    ["not-run", null, 0],
  ]);
  expect(endings[0]?.askedWaitMs).toBe(2_000);
  expect(sums).toEqual({ done: 2, filtered: 2, parked: 1, blocked: 1, "not-run": 1 });
});

test("a failure that does not pass is given up after the attempts allowed", async () => {
  const { endings } = await runChanges(posting, [patients.insert({ id: 1n })], {
    targets: { "*": { status: 503 } },
    attemptsMax: 3,
  });

  expect(endings[0]).toMatchObject({ ending: "parked", reason: "handler.transient", askedWaitMs: 4_000 });
  expect(endings[0]?.attempts).toHaveLength(3);
});

test("a handler hears its deadline; one that does not is given up, and teardown still runs", async () => {
  const told: string[] = [];
  const deaf = defineHandler({
    name: "deaf",
    handle: () => new Promise<undefined>(() => undefined),
    setup: () => void told.push("setup"),
    teardown: () => void told.push("teardown"),
  });
  const options = { targets: { "*": "hangs" }, deadlineMs: 20, graceMs: 20, attemptsMax: 1 } as const;

  const hearing = await runChanges(posting, [patients.insert({ id: 1n })], options);
  const hung = await runChanges(deaf, [patients.insert({ id: 1n })], options);

  expect(hearing.endings[0]).toMatchObject({ ending: "parked", reason: "target.timeout" });
  expect(hung.endings[0]).toMatchObject({ ending: "parked", reason: "handler.deadline" });
  expect(told).toEqual(["setup", "teardown"]);
});

test("a step that was done in the first attempt is not done again in the second", async () => {
  let runs = 0;
  const stepping = defineHandler({
    name: "stepping",
    async handle(_change, context) {
      await context.once("post", () => (runs += 1));
      if (context.attempt === 1) throw new HandlerError("transient", "Later.");
      return undefined;
    },
  });

  const { sums } = await runChanges(stepping, [patients.insert({ id: 1n })]);

  expect(sums.done).toBe(1);
  expect(runs).toBe(1);
});

test("an update without its large column says which", () => {
  const change = patients.update({ id: 1n, note: "x" }, null, ["note"]);

  expect(change.after).toEqual({ id: 1n });
  expect([...change.unavailable]).toEqual(["note"]);
});

test.each<[Connector, string | null]>([
  ["postgresql", "public"],
  ["sqlserver", "dbo"],
  ["oracle", "TEST"],
  ["mysql", null],
  ["mariadb", null],
])("a change of %s names its connector and the schema %s", (connector, schema) => {
  const { source } = changesOf({ table: "patient", keyColumns: ["id"], connector }).snapshot({ id: 1 });

  expect(source).toMatchObject({ connector, schema, isSnapshot: true });
  expect(source.position).toMatchObject({ kind: connector });
});

const row = {
  id: 9_007_199_254_740_993n,
  name: "张三",
  weight: 71.5,
  many: 4_000_000_000,
  is_active: true,
  price: { unscaled: -1_250n, scale: 2 },
  photo: new Uint8Array([0, 255, 7]),
  tags: ["a", null, "b"],
  place: { x: 1, y: null },
  left: null,
};

test.each<[string, Change]>([
  ["an insert", patients.insert(row)],
  ["a snapshot", patients.snapshot(row)],
  ["an update with its old row", patients.update({ ...row, weight: 72 }, row)],
  ["an update without a large column", patients.update(row, null, ["name"])],
  ["a delete", patients.delete(row)],
  ["a truncate", patients.truncate()],
])("%s is the same after it was written as a record and decoded", (_what, change) => {
  const decoded = debeziumJson.decode(recordOf(change));

  expect(plain(decoded)).toEqual(plain(change));
});

test.each<Connector>(["postgresql", "sqlserver", "oracle", "mysql", "mariadb"])(
  "a change of %s is the same after it was written as its connector does",
  (connector) => {
    const visits = changesOf({ table: "visit", keyColumns: ["id"], connector });
    const change = visits.update({ id: 1n, open: false }, { id: 1n, open: true });

    expect(plain(debeziumJson.decode(recordOf(change)))).toEqual(plain(change));
  },
);

test("a tombstone is a record without a value", () => {
  expect(debeziumJson.decode(recordOf(patients.tombstone({ id: 1n })))).toEqual({ notAChange: "tombstone" });
});

test("records are the same after a file, and lines may be written by hand", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-records-"));
  try {
    const records = [recordOf(patients.insert(row)), recordOf(patients.tombstone(row))];
    await writeRecords(join(folder, "a.jsonl"), records);
    const byHand = {
      value: { op: "c", before: null, after: { id: 1 }, source: { connector: "postgresql" } },
    };
    await writeFile(join(folder, "b.jsonl"), `${JSON.stringify(byHand)}\n\n`);

    const read = await readRecords(join(folder, "a.jsonl"));
    const written = changesIn(await readRecords(join(folder, "b.jsonl")));

    expect(read).toEqual(records);
    expect(written).toMatchObject([{ operation: "insert", after: { id: 1 } }]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test.each([
  ["Zhang San {", "is no JSON object"],
  ["[]", "is no JSON object"],
  ["{}", "neither value nor value_base64"],
  ['{"offset":"-1","value":{}}', "offset must be"],
  ['{"partition":1.5,"value":{}}', "partition must be"],
  ['{"headers":{},"value":{}}', "headers must be"],
])("the line %j is refused with its number and without its content", async (line, expected) => {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-records-"));
  try {
    const file = join(folder, "a.jsonl");
    await writeFile(file, `\n${line}\n`);

    const refused = await readRecords(file).then(
      () => "",
      (error: unknown) => String(error),
    );

    expect(refused).toContain(`${file}:2: `);
    expect(refused).toContain(expected);
    expect(refused).not.toContain("Zhang");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a record that cannot be decoded is not left out unnoticed", () => {
  const record = { ...recordOf(patients.insert({ id: 1n })), value: new TextEncoder().encode("Zhang San") };

  expect(() => changesIn([record])).toThrow(/^The record test\.patient-0@\d+ cannot be decoded: record\./);
  expect(() => changesIn([record])).not.toThrow(/Zhang/);
});

/** Decimals by their text, so that those of a test need not be of the SDK's class. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Set) {
    return value;
  }
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
