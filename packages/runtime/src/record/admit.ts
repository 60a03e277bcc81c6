import type { Consumer, Ending } from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk";
import { filter } from "./filter.ts";
import { guard } from "./guard.ts";
import { keyOf } from "./key.ts";

/** Whether a record goes to a lane, or has its ending already. */
export type Admission =
  | { readonly kind: "lane"; readonly key: string }
  | { readonly kind: "ended"; readonly ending: Ending };

/** Guard, filter and key in that order. Pure; never throws. */
export function admit(
  record: RawRecord,
  consumer: Pick<Consumer, "delivery" | "filter" | "globalKey">,
): Admission {
  const refusal = guard(record, consumer.delivery);
  if (refusal !== undefined) {
    return { kind: "ended", ending: { kind: "parked", failure: refusal, attempts: 0 } };
  }
  const rule = filter(record, consumer.filter);
  if (rule !== undefined) return { kind: "ended", ending: { kind: "filtered", rule } };
  const key = keyOf(record, consumer);
  if ("failure" in key) {
    return { kind: "ended", ending: { kind: "parked", failure: key.failure, attempts: 0 } };
  }
  return { kind: "lane", key: key.key };
}
