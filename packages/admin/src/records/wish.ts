import type { Operation } from "@gluttony/sdk";
import type { RecordOutcome } from "../record-ports.ts";
import type { RecordView } from "../changes/record-view.ts";

/** Letters for operations, as Debezium writes them. */
export type OperationLetter = "c" | "r" | "u" | "d" | "t";

export const operationsByLetter: { readonly [letter in OperationLetter]: readonly Operation[] } = {
  c: ["insert"],
  r: ["snapshot"],
  u: ["update", "upsert"],
  d: ["delete"],
  t: ["truncate"],
};

/** Which records of a consumer somebody wants to see, beside where they lie. */
export interface RecordsFilter {
  /** Letters such as `u` or `c,d`. */
  readonly op?: string;
  /** Names such as `parked` or `retrying,parked`. */
  readonly outcome?: string;
}

/** Whether a record is of a wanted operation; what is no change is of none. Pure. */
export function isOfOperation({ operation }: Pick<RecordView, "operation">, { op }: RecordsFilter): boolean {
  if (op === undefined) return true;
  if (operation === null) return false;
  return Object.entries(operationsByLetter).some(
    ([letter, operations]) => op.split(",").includes(letter) && operations.includes(operation),
  );
}

/** Whether what became of a record is wanted. Pure. */
export function isOfOutcome({ name }: Pick<RecordOutcome, "name">, { outcome }: RecordsFilter): boolean {
  return outcome === undefined || outcome.split(",").includes(name);
}
