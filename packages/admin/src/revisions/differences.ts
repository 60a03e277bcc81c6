import { isDeepStrictEqual } from "node:util";
import type { Fields } from "./fields.ts";

/** A field that two versions differ in; null stands for one that is not there. */
export interface FieldChange {
  readonly pointer: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two versions, by the field's name. Pure. */
export function differencesOf(before: Fields, after: Fields): readonly FieldChange[] {
  return namesOf(before, after).flatMap((pointer) => {
    const change = { pointer, before: before.get(pointer) ?? null, after: after.get(pointer) ?? null };
    return isDeepStrictEqual(change.before, change.after) ? [] : [change];
  });
}

/** A field that somebody changed since the version that a writer saw, or that the writer changes. */
export interface ThreeWayField {
  readonly pointer: string;
  readonly base: unknown;
  readonly current: unknown;
  readonly wanted: unknown;
  /** Whether both changed it, and not to the same. */
  readonly isConflict: boolean;
}

/** Compares what a writer saw, what is there now, and what the writer wants. Pure. */
export function threeWayOf(base: Fields, current: Fields, wanted: Fields): readonly ThreeWayField[] {
  return namesOf(base, current, wanted).flatMap((pointer) => {
    const [was, is, wish] = [base, current, wanted].map((fields) => fields.get(pointer) ?? null);
    const isTheirs = !isDeepStrictEqual(was, is);
    const isOurs = !isDeepStrictEqual(was, wish);
    if (!isTheirs && !isOurs) return [];
    const isConflict = isTheirs && isOurs && !isDeepStrictEqual(is, wish);
    return [{ pointer, base: was, current: is, wanted: wish, isConflict }];
  });
}

function namesOf(...versions: readonly Fields[]): readonly string[] {
  return [...new Set(versions.flatMap((fields) => [...fields.keys()]))].toSorted();
}
