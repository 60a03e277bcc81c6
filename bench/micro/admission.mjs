// What a record goes through before its lane: guard, filter, key. JSON.parse of its value is the yardstick.
import { orderingKey } from "@gluttony/sdk/codecs";
import { admit } from "../../packages/runtime/dist/record/admit.js";
import { filter } from "../../packages/runtime/dist/record/filter.js";
import { guard } from "../../packages/runtime/dist/record/guard.js";
import { compare } from "./compare.mjs";
import { rawRecord } from "./raw-record.mjs";

const record = rawRecord(1_234);
const text = Buffer.from(record.value).toString("utf8");
const delivery = { recordBytesMax: 8 * 1024 * 1024, depthMax: 64, replicaIdentity: "default" };
const consumer = {
  delivery,
  filter: { operations: [] },
  globalKey: ["patient_id"],
  decoding: { tombstones: "filter" },
};

compare(`admission of a record of ${record.value.length} bytes`, {
  "JSON.parse of the value": () => JSON.parse(text),
  guard: () => guard(record, delivery),
  "filter that wants everything": () => filter(record, { operations: [] }),
  "filter that wants updates": () => filter(record, { operations: ["update"] }),
  "key from columns of the record key": () => orderingKey(record, ["patient_id"], "default"),
  "key from the raw record key": () => orderingKey(record, [], "default"),
  "guard, filter and key": () => admit(record, consumer),
});
