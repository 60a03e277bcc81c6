import { isSame } from "./in-order.ts";

/** One field before and after; null where it is not there. `pointer` leads into the object. */
export interface FieldChange {
  readonly pointer: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** The fields in which two objects differ, down to the values; a list is one value. Pure. */
export function fieldChanges(from: object, to: object, parent = ""): readonly FieldChange[] {
  const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  return names.flatMap((name) => {
    const pointer = `${parent}/${pointerPart(name)}`;
    const [before, after] = [fieldOf(from, name), fieldOf(to, name)];
    if (isSame(before, after)) return [];
    if (isObject(before) && isObject(after)) return fieldChanges(before, after, pointer);
    return [{ pointer, from: before, to: after }];
  });
}

/** A name as one step of a JSON pointer (RFC 6901). */
export function pointerPart(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

function fieldOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (Reflect.get(value, name) ?? null) : null;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
