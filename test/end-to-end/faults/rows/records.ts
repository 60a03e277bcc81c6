import type { Message } from "kafkajs";
import type { FaultRow } from "../../../support/faults/fault-row.ts";
import type { FaultScene } from "../../../support/faults/fault-scene.ts";
import { accepts } from "../../../support/faults/faulty-target.ts";
import { until } from "../../../support/host.ts";

const gbk = Buffer.from([0xc5, 0xc0, 0xc8, 0xcb, 0x81, 0xfe]);

export const recordRows: readonly FaultRow[] = [
  {
    id: "F40",
    title: "records that are no JSON: a text, nothing, a byte order mark, GBK",
    isQuick: true,
    inject: (scene) =>
      writeRaw(scene, ["not JSON", "", Buffer.from([0xef, 0xbb, 0xbf]), gbk, '{"op": "u", "after": {']),
    expect: { shows: [], parked: 5 },
    check: codesAre(["record.not_json", "record.not_utf8"]),
  },
  {
    id: "F41",
    title: "JSON that is no change is parked; changes with and without a schema are taken",
    inject: async (scene) => {
      await writeRaw(scene, ["[]", "17", '{"name": "nobody"}', '{"op": "u"}']);
      for (let count = 0; count < 5; count += 1) await scene.stream.write([withSchema(scene)]);
    },
    expect: { shows: [], parked: 4 },
    check: codesAre(["record.not_a_change"]),
  },
  {
    id: "F43",
    title: "deep nesting, a million items, repeated names, __proto__",
    scene: { topicConfig: { "max.message.bytes": String(8 * 1024 * 1024) } },
    inject: async (scene) => {
      const deep = `{"at":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
      const long = JSON.stringify(Array.from({ length: 1_000_000 }, () => 1));
      await writeRaw(scene, [deep, long]);
      for (const spoil of [repeatedName, protoName]) await scene.stream.write([spoil(scene)]);
    },
    expect: { shows: [], parked: 2, recoversWithinMs: 15_000 },
    check: codesAre(["record.too_deep", "record.too_wide"]),
  },
  {
    id: "F46",
    title: "deletes with their tombstones, a truncate, a changed key",
    inject: async (scene) => {
      for (let count = 0; count < 5; count += 1) await scene.stream.write(deleted(scene, `gone-${count}`));
      await scene.stream.write([scene.stream.messageOf({ subject: "", version: 0, operation: "t" })]);
      const before = scene.stream.nextChange(`${scene.marker}-moved-0`);
      const renamed = scene.stream.nextChange(`${scene.marker}-moved-1`);
      await scene.stream.write([
        scene.stream.messageOf(before),
        ...deletion(scene, before.subject),
        scene.stream.messageOf(renamed),
      ]);
    },
    expect: { shows: [] },
    check: async (_scene, { account }) => {
      const filtered = account.reduce((sum, row) => sum + row.filtered, 0n);
      return filtered === 13n ? [] : [`K1: ${filtered} filtered instead of 13`];
    },
  },
  {
    id: "F49",
    title: "a dead letter is replayed after a newer version of its row: the fence leaves it out",
    scene: { delivery: { fence: "subject" } },
    inject: replayAfterNewer,
    expect: { shows: [], isFenced: true, parked: 1 },
    check: async (_scene, { letters }) =>
      letters.every(({ state }) => state === "replayed")
        ? []
        : [`F49: letters ${letters.map(({ state }) => state).join(", ")}`],
  },
  {
    id: "F50",
    title: "every record is refused: the consumer blocks instead of parking them all",
    isQuick: true,
    scene: { perSecond: 150 },
    holdMs: 9_000,
    inject: async (scene) => scene.target.behave(() => ({ applies: false, status: 422, body: "{}" })),
    heal: async (scene) => {
      scene.target.behave(accepts);
      await scene.configure({ delivery: { concurrency: 9, backoffFirstMs: 50, backoffMaxMs: 1_000 } });
    },
    expect: {
      shows: [{ state: "blocked", code: "delivery.poison_rate" }],
      stands: true,
      parked: { atMost: 500 },
      recoversWithinMs: 20_000,
    },
  },
];

/** Values that nobody can read, each under the key of a patient whose other changes must go on. */
async function writeRaw(scene: FaultScene, values: readonly (string | Buffer)[]): Promise<void> {
  for (const value of values) {
    const { key = null } = scene.stream.messageOf({ subject: scene.stream.subject(1), version: 2 });
    await scene.stream.write([{ key, value }]);
    await scene.pause(200);
  }
  await scene.untilApplied(40);
}

function withSchema(scene: FaultScene): Message {
  const message = scene.stream.messageOf(scene.stream.nextChange());
  const text = (field: string) => ({ field, type: "string", optional: true });
  const columns = ["patient_id", "name", "mobile"].map(text);
  const source = ["version", "connector", "name", "db", "schema", "table", "sequence"].map(text);
  const numbers = ["ts_ms", "txId", "lsn"].map((field) => ({ field, type: "int64", optional: true }));
  const schema = {
    type: "struct",
    name: "his.his.patient.Envelope",
    fields: [
      { field: "before", type: "struct", optional: true, fields: columns },
      { field: "after", type: "struct", optional: true, fields: columns },
      { field: "source", type: "struct", fields: [...source, ...numbers] },
      text("op"),
      { field: "ts_ms", type: "int64", optional: true },
    ],
  };
  return { ...message, value: JSON.stringify({ schema, payload: JSON.parse(String(message.value)) }) };
}

function repeatedName(scene: FaultScene): Message {
  const message = scene.stream.messageOf(scene.stream.nextChange());
  return { ...message, value: String(message.value).replace('"op":"u"', '"op":"x","op":"u"') };
}

function protoName(scene: FaultScene): Message {
  const message = scene.stream.messageOf(scene.stream.nextChange());
  const planted = '"after":{"__proto__":{"polluted":"yes"},"constructor":{"prototype":{"polluted":"yes"}},';
  return { ...message, value: String(message.value).replace('"after":{', planted) };
}

function deleted(scene: FaultScene, name: string): readonly Message[] {
  const change = scene.stream.nextChange(`${scene.marker}-${name}`);
  return [scene.stream.messageOf(change), ...deletion(scene, change.subject)];
}

/** A deletion and the tombstone that Debezium writes behind it. */
function deletion(scene: FaultScene, subject: string): readonly Message[] {
  const message = scene.stream.messageOf({ subject, version: 0, operation: "d" });
  return [message, { key: message.key ?? null, value: null }];
}

async function replayAfterNewer(scene: FaultScene): Promise<void> {
  const older = scene.stream.nextChange(`${scene.marker}-fenced-0`);
  scene.target.behave(({ subject, version }) =>
    subject === older.subject && version === older.version
      ? { applies: false, status: 422, body: "{}" }
      : { applies: true },
  );
  await scene.stream.write([scene.stream.messageOf(older)]);
  await until(async () => (await scene.letters()).length === 1, 20_000);
  const newer = scene.stream.nextChange(older.subject);
  await scene.stream.write([scene.stream.messageOf(newer)]);
  const isThere = (): boolean =>
    scene.target.journal.some(
      ({ subject, version }) => subject === newer.subject && version === newer.version,
    );
  await until(isThere, 20_000);
  scene.target.behave(accepts);
  const listed = await fetch(`${scene.host.url}/api/v1/dead-letters?consumer=patients`);
  const { items } = (await listed.json()) as { readonly items: readonly { readonly id: string }[] };
  await fetch(`${scene.host.url}/api/v1/dead-letters/${items[0]?.id}:replay`, { method: "POST" });
  await until(async () => (await scene.letters())[0]?.state === "replayed", 20_000);
}

function codesAre(known: readonly string[]): NonNullable<FaultRow["check"]> {
  return async (_scene, { letters }) =>
    letters.filter(({ code }) => !known.includes(code)).map(({ code }) => `K1: a letter says ${code}`);
}
