import { makerOfRoomyObjects, type RoomyObject } from "../framed/roomy-object.ts";
import { BinaryMisfit } from "../framed/writer-schema.ts";
import type { AvroType } from "./avro-type.ts";
import { branchNames, entryTypes, optionalOf } from "./avro-shapes.ts";
import { originalNameOf } from "./original-name.ts";

/** What to do for a value; one number for each way of reading, so that reading is one switch. */
export const readAs = {
  null: 0,
  boolean: 1,
  int: 2,
  long: 3,
  float: 4,
  double: 5,
  bytes: 6,
  text: 7,
  fixed: 8,
  symbol: 9,
  list: 10,
  map: 11,
  pairs: 12,
  record: 13,
  optional: 14,
  union: 15,
} as const;

/** How a value of one type is read. One class for all types: the engine is quickest with objects of one shape. */
export class AvroPlan {
  as: number = readAs.null;
  /** Names of a record's fields or a union's branches, or an enum's symbols. */
  names: readonly string[] = [];
  /** Plans of a record's fields, a union's branches, a list's items, or a map's keys and values. */
  parts: readonly AvroPlan[] = [];
  /** Bytes of a fixed type; the byte that says null of an optional one. */
  size = 0;
  /** For each field of a record the byte that says null, where it is optional; -1 where it is not. */
  nullBytes: readonly number[] = [];
  /** Makes a record's empty object. */
  readonly Members: new () => RoomyObject = makerOfRoomyObjects();
  /** The fewest bytes that a value takes; 0 also for a type inside of itself. */
  bytesMin = 0;
  /** The last short text that was read here, since texts such as a table's name repeat; see `readText`. */
  lastText = "";
  lastBytes: Buffer | null = null;
  /** How many texts in a row were not the last one again. */
  misses = 0;
}

/** Makes the plan of a type, and of everything in it, once. */
export function planOf(type: AvroType): AvroPlan {
  return new Planner().plan(type);
}

class Planner {
  readonly #known = new Map<AvroType, AvroPlan>();

  plan(type: AvroType): AvroPlan {
    // The same record may stand in several places and even in itself; a text's memory is its place's own.
    const known = type.kind === "record" ? this.#known.get(type) : undefined;
    if (known !== undefined) return known;
    const plan = new AvroPlan();
    if (type.kind === "record") this.#known.set(type, plan);
    this.#fill(plan, type);
    return plan;
  }

  #fill(plan: AvroPlan, type: AvroType): void {
    switch (type.kind) {
      case "null":
      case "boolean":
      case "int":
      case "long":
      case "float":
      case "double":
      case "bytes":
        plan.as = readAs[type.kind];
        plan.bytesMin = primitiveBytes[type.kind];
        return;
      case "string":
        plan.as = readAs.text;
        plan.bytesMin = 1;
        return;
      case "fixed":
        plan.as = readAs.fixed;
        plan.size = type.size;
        plan.bytesMin = type.size;
        return;
      case "enum":
        plan.as = readAs.symbol;
        plan.names = type.symbols;
        plan.bytesMin = 1;
        return;
      case "array": {
        const entry = entryTypes(type);
        plan.as = entry === null ? readAs.list : readAs.pairs;
        plan.parts = (entry === null ? [type.items] : [entry.key, entry.value]).map((part) =>
          this.plan(part),
        );
        plan.bytesMin = 1;
        return;
      }
      case "map":
        plan.as = readAs.map;
        plan.parts = [this.plan(type.values)];
        plan.bytesMin = 1;
        return;
      case "union":
        return this.#fillUnion(plan, type.branches, optionalOf(type));
      case "record":
        plan.as = readAs.record;
        plan.names = type.fields.map(originalNameOf);
        // An optional field is read by its record, which spares a step for each.
        plan.nullBytes = type.fields.map((field) => nullByteOf(field.type));
        plan.parts = type.fields.map((field) => this.plan(optionalOf(field.type) ?? field.type));
        plan.bytesMin = plan.parts.reduce(
          (sum, part, index) => sum + ((plan.nullBytes[index] ?? -1) < 0 ? part.bytesMin : 1),
          0,
        );
        return;
    }
  }

  #fillUnion(plan: AvroPlan, branches: readonly AvroType[], optional: AvroType | null): void {
    plan.bytesMin = 1;
    if (optional === null) {
      plan.as = readAs.union;
      plan.names = branchNames(branches);
      plan.parts = branches.map((branch) => this.plan(branch));
    } else {
      plan.as = readAs.optional;
      plan.size = branches[0]?.kind === "null" ? 0 : 2;
      plan.parts = [this.plan(optional)];
    }
  }
}

const primitiveBytes = { null: 0, boolean: 1, int: 1, long: 1, float: 4, double: 8, bytes: 1 } as const;

/** Branches 0 and 1 of a union are written as the bytes 0 and 2. */
function nullByteOf(type: AvroType): number {
  if (type.kind !== "union" || optionalOf(type) === null) return -1;
  return type.branches[0]?.kind === "null" ? 0 : 2;
}

/** A part of a plan that the schema promises. */
export function partOf(plan: AvroPlan, index: number): AvroPlan {
  const part = plan.parts[index];
  if (part === undefined) throw new BinaryMisfit("A union has no such branch.");
  return part;
}
