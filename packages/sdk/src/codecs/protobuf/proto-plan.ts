import type { ConnectSchema } from "../connect-schema.ts";
import { plainSchema } from "../framed/compiled-schema.ts";
import { SchemaUnreadable } from "../framed/writer-schema.ts";
import type { JsonValue } from "../json-value.ts";
import { type KnownMessage, knownMessage } from "./known-types.ts";
import type { ProtoEnum, ProtoField, ProtoMessage } from "./proto-file.ts";

/** The scalars of Protobuf: how they stand on the wire, and Connect's type. */
const scalars = {
  double: { wire: 1, type: "double" },
  float: { wire: 5, type: "float" },
  int32: { wire: 0, type: "int32" },
  int64: { wire: 0, type: "int64" },
  uint32: { wire: 0, type: "int64" },
  uint64: { wire: 0, type: "int64" },
  sint32: { wire: 0, type: "int32" },
  sint64: { wire: 0, type: "int64" },
  fixed32: { wire: 5, type: "int64" },
  fixed64: { wire: 1, type: "int64" },
  sfixed32: { wire: 5, type: "int32" },
  sfixed64: { wire: 1, type: "int64" },
  bool: { wire: 0, type: "boolean" },
  string: { wire: 2, type: "string" },
  bytes: { wire: 2, type: "bytes" },
} as const;
export type ProtoScalar = keyof typeof scalars;

/** How the value of a field is read. */
export type ProtoValue =
  | { readonly as: "scalar"; readonly scalar: ProtoScalar; readonly wire: number }
  | { readonly as: "enum"; readonly names: ReadonlyMap<number, string>; readonly wire: 0 }
  | { readonly as: "message"; readonly plan: ProtoPlan; readonly wire: 2 };

export interface PlannedField {
  readonly name: string;
  readonly value: ProtoValue;
  readonly isRepeated: boolean;
  /** The map's keys; null where it is none. */
  readonly key: ProtoValue | null;
  /** What stands for a value that was not written. */
  readonly absent: JsonValue;
}

/** How a message is read, and Connect's schema of it. */
export interface ProtoPlan {
  readonly fields: Map<number, PlannedField>;
  readonly known: KnownMessage | null;
  readonly message: ProtoMessage;
}

type Types = ReadonlyMap<string, ProtoMessage | ProtoEnum>;

/** Fields of one schema, those of a message that stands in several places counted at each. */
const fieldsMax = 100_000;

/** Makes the plans of messages and of everything in them. */
export class ProtoPlanner {
  readonly #types: Types;
  readonly #plans = new Map<ProtoMessage, ProtoPlan>();

  constructor(types: Types) {
    this.#types = types;
  }

  /** Throws `SchemaUnreadable` for a type that is nowhere. */
  plan(message: ProtoMessage): ProtoPlan {
    const made = this.#plans.get(message);
    if (made !== undefined) return made;
    const plan: ProtoPlan = { fields: new Map(), known: knownMessage(message), message };
    // Known before its fields are planned: it may stand in itself.
    this.#plans.set(message, plan);
    for (const field of message.fields) plan.fields.set(field.number, this.#field(field, message.name));
    return plan;
  }

  /** Connect's schema of a message, as the Protobuf converter read it back. */
  connectSchema(message: ProtoMessage): ConnectSchema {
    return this.#schemaOf(message, { open: new Set(), budget: { left: fieldsMax } });
  }

  #field(field: ProtoField, scope: string): PlannedField {
    const value = this.#value(field.type, scope);
    const key = field.mapKey === null ? null : this.#value(field.mapKey, scope);
    const isOne = !field.isRepeated;
    return {
      name: field.name,
      value,
      key,
      isRepeated: field.isRepeated,
      absent: isOne && !field.hasPresence ? defaultOf(value) : null,
    };
  }

  #value(type: string, scope: string): ProtoValue {
    if (isScalar(type)) return { as: "scalar", scalar: type, wire: scalars[type].wire };
    const found = this.#resolve(type, scope);
    return found.kind === "enum"
      ? { as: "enum", names: found.names, wire: 0 }
      : { as: "message", plan: this.plan(found), wire: 2 };
  }

  /** A name is looked for in the message, then in those around it, then in the package and those around that. */
  #resolve(type: string, scope: string): ProtoMessage | ProtoEnum {
    if (type.startsWith(".")) return this.#found(type.slice(1), type);
    for (let around = scope; around !== ""; around = around.slice(0, Math.max(0, around.lastIndexOf(".")))) {
      const found = this.#types.get(`${around}.${type}`);
      if (found !== undefined) return found;
    }
    return this.#found(type, type);
  }

  #found(name: string, written: string): ProtoMessage | ProtoEnum {
    const found = this.#types.get(name);
    if (found === undefined)
      throw new SchemaUnreadable(
        `The Protobuf schema names the type ${written.slice(0, 100)}, which is not there.`,
      );
    return found;
  }

  #schemaOf(message: ProtoMessage, walk: Walk): ConnectSchema {
    const known = knownMessage(message);
    const struct = { ...plainSchema("struct"), name: known?.name ?? message.name };
    if (known?.type === "string") return plainSchema("string");
    if (walk.open.has(message)) return plainSchema("");
    walk.open.add(message);
    const fields = message.fields.map((field) => this.#fieldSchema(field, message.name, walk));
    walk.open.delete(message);
    const [value] = fields;
    if (known !== null && known.type === null && value !== undefined) return { ...value, field: "" };
    return { ...struct, fields };
  }

  #fieldSchema(field: ProtoField, scope: string, walk: Walk): ConnectSchema {
    walk.budget.left -= 1;
    if (walk.budget.left < 0) throw new SchemaUnreadable("The Protobuf schema has too many fields.");
    const single = this.#valueSchema(field, scope, walk);
    const named = { field: field.name, isOptional: true };
    if (!field.isRepeated) return { ...single, ...named };
    if (field.mapKey === null) return { ...plainSchema("array"), items: single, ...named };
    const keys = plainSchema(isScalar(field.mapKey) ? scalars[field.mapKey].type : "string");
    return { ...plainSchema("map"), keys, values: single, ...named };
  }

  #valueSchema({ type, parameters }: ProtoField, scope: string, walk: Walk): ConnectSchema {
    if (isScalar(type)) return plainSchema(parameters.get("connect.type") ?? scalars[type].type);
    const found = this.#resolve(type, scope);
    return found.kind === "enum" ? plainSchema("string") : this.#schemaOf(found, walk);
  }
}

/** What has been gone through on the way to a message, and in all. */
interface Walk {
  readonly open: Set<ProtoMessage>;
  readonly budget: { left: number };
}

function isScalar(type: string): type is ProtoScalar {
  return Object.hasOwn(scalars, type);
}

/** What Protobuf takes for a value that was not written and has no presence. */
export function defaultOf(value: ProtoValue): JsonValue {
  if (value.as === "message") return null;
  if (value.as === "enum") return value.names.get(0) ?? "0";
  if (value.wire === 2) return "";
  return value.scalar === "bool" ? false : 0;
}
