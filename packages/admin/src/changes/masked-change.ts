import { isShown, type MaskingPattern } from "@gluttony/model";
import type { Change, ColumnValue, Row } from "@gluttony/sdk";
import { comparedText, type PlainValue, plainOf, typeOf, type ValueType } from "./shown-value.ts";

/**
 * A value as a person sees it. A masked one keeps its type and that it is there, never its length. `absent` is what the
 * log did not say, `unavailable` what it left out because it is large and did not change, `doubtful` a null that may be either.
 */
export interface ShownValue {
  readonly state: "shown" | "masked" | "null" | "absent" | "unavailable" | "doubtful";
  readonly type: ValueType | null;
  readonly value: PlainValue;
}

/** One column of a change, before and after. */
export interface ShownField {
  readonly name: string;
  readonly isKey: boolean;
  /** Null where one of the two sides is not known. */
  readonly isChanged: boolean | null;
  readonly before: ShownValue;
  readonly after: ShownValue;
}

/** One column of a key. */
export interface ShownKey {
  readonly name: string;
  readonly shown: ShownValue;
}

/** The rows of a change with their values masked. */
export interface MaskedRows {
  readonly key: readonly ShownKey[] | null;
  readonly otherKey: readonly ShownKey[] | null;
  readonly fields: readonly ShownField[];
}

/** Rules, or `nothing` for somebody who was allowed to see this record as it is. */
export type Masks = { readonly rules: readonly MaskingPattern[] } | "nothing";

const absent: ShownValue = { state: "absent", type: null, value: null };
const noValue: ShownValue = { state: "null", type: null, value: null };
const unavailable: ShownValue = { state: "unavailable", type: null, value: null };
const doubtful: ShownValue = { state: "doubtful", type: null, value: null };

/** Masks the rows of a decoded change: the one place through which values of rows reach anybody. Pure. */
export function maskedRows(change: Change, masks: Masks): MaskedRows {
  const { before, after, key, keyChange } = change;
  const otherKey = keyChange?.otherKey ?? null;
  const names = new Set([before, after].flatMap((row) => Object.keys(row ?? {})));
  for (const name of change.unavailable) names.add(name);
  return {
    key: key === null ? null : keyOf(key, change, masks),
    otherKey: otherKey === null ? null : keyOf(otherKey, change, masks),
    fields: [...names].map((name) => fieldOf(name, change, masks)),
  };
}

function keyOf(key: Row, change: Change, masks: Masks): readonly ShownKey[] {
  return Object.entries(key).map(([name, value]) => ({
    name,
    shown: value === undefined ? absent : valueOf(value, mayShow(masks, change, name)),
  }));
}

function fieldOf(name: string, change: Change, masks: Masks): ShownField {
  const isVisible = mayShow(masks, change, name);
  const before = own(change.before, name);
  const after = own(change.after, name);
  return {
    name,
    isKey: change.key !== null && Object.hasOwn(change.key, name),
    isChanged: isChanged(name, { before, after }, change),
    before: before === undefined ? absent : valueOf(before, isVisible),
    after: afterOf(after, { change, name, isVisible }),
  };
}

function afterOf(
  after: ColumnValue | undefined,
  {
    change,
    name,
    isVisible,
  }: { readonly change: Change; readonly name: string; readonly isVisible: boolean },
): ShownValue {
  if (change.unavailable.has(name)) return unavailable;
  if (change.doubtful?.has(name) === true) return doubtful;
  return after === undefined ? absent : valueOf(after, isVisible);
}

function isChanged(
  name: string,
  { before, after }: { readonly before: ColumnValue | undefined; readonly after: ColumnValue | undefined },
  change: Change,
): boolean | null {
  if (change.unavailable.has(name)) return false;
  if (before === undefined || after === undefined || change.doubtful?.has(name) === true) return null;
  return comparedText(before) !== comparedText(after);
}

function valueOf(value: ColumnValue, isVisible: boolean): ShownValue {
  if (value === null) return noValue;
  const type = typeOf(value);
  return isVisible ? { state: "shown", type, value: plainOf(value) } : { state: "masked", type, value: null };
}

function mayShow(masks: Masks, { source }: Change, column: string): boolean {
  return masks === "nothing" || isShown(masks.rules, source, column);
}

function own(row: Partial<Row> | null, name: string): ColumnValue | undefined {
  return row !== null && Object.hasOwn(row, name) ? row[name] : undefined;
}
