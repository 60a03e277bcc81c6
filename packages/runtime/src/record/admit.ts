import type { Consumer, Failure } from "@gluttony/model";
import type { RawRecord, RecordCodec } from "@gluttony/sdk/codecs";
import { filter } from "./filter.ts";
import { guard } from "./guard.ts";
import { keyOf } from "./key.ts";

/** Whether a record goes to a lane, perhaps only to be refused there, or is left out by a rule. */
export type Admission =
  | { readonly kind: "lane"; readonly key: string; readonly refusal: Failure | null }
  | { readonly kind: "filtered"; readonly rule: string };

/** Guard, filter and key in that order; the codec reads the key of records that name a schema. Pure; never throws. */
export function admit(
  record: RawRecord,
  consumer: Pick<Consumer, "delivery" | "filter" | "globalKey" | "decoding">,
  codec?: RecordCodec,
): Admission {
  const refusal = guard(record, consumer.delivery);
  if (refusal !== undefined) return refused(record, refusal);
  const rule = filter(record, consumer.filter, consumer.decoding.tombstones);
  if (rule !== undefined) return { kind: "filtered", rule };
  const key = keyOf(record, consumer, codec);
  if ("failure" in key) return refused(record, key.failure);
  return { kind: "lane", key: key.key, refusal: null };
}

/** A record without a usable key has a lane of its own: it holds nobody up. */
function refused(record: RawRecord, refusal: Failure): Admission {
  return { kind: "lane", key: `refused:${record.partition}:${record.offset}`, refusal };
}
