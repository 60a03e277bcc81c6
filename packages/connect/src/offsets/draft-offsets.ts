import type { DataSourceName } from "@gluttony/model";
import type { OffsetEntry } from "../client/parse-answers.ts";
import type { ParsedStatus } from "../parse-status.ts";
import type { CodedFault } from "../plan/coded-fault.ts";
import { type FieldKind, offsetShapeOf } from "./offset-shapes.ts";

/** What a person wants done with a connector's source position. */
export type OffsetDeed =
  /** One field of one partition, everything else as it was read. */
  | {
      readonly do: "move";
      readonly connector: string;
      readonly partition: { readonly [name: string]: string };
      readonly field: string;
      readonly value: string | number | boolean;
    }
  /** All positions are forgotten: the connector begins as its snapshot mode says. */
  | { readonly do: "forget"; readonly connector: string };

export interface OffsetDraft {
  /** What would be written; null when nothing can be. */
  readonly offsets: readonly OffsetEntry[] | null;
  readonly refusals: readonly CodedFault[];
  readonly warnings: readonly CodedFault[];
}

export interface OffsetGround {
  readonly source: DataSourceName;
  readonly status: ParsedStatus;
  readonly offsets: readonly OffsetEntry[];
}

/**
 * Checks a change of a source position as neither Kafka Connect nor Debezium does: only while the connector is stopped, only a
 * partition that is there, only one field, and of the kind that it has. Pure.
 */
export function draftOffsets(deed: OffsetDeed, ground: OffsetGround): OffsetDraft {
  const stopped = stateFaults(ground.status);
  const warnings = [warningOf(ground.source)];
  if (deed.do === "forget") return { offsets: [], refusals: stopped, warnings };
  const at = ground.offsets.findIndex(({ partition }) => sameMembers(partition, deed.partition));
  const entry = ground.offsets[at];
  if (entry === undefined || entry.offset === null) {
    const fault = faultAt("partition", "The connector has no position for this partition.");
    return { offsets: null, refusals: [...stopped, fault], warnings };
  }
  const refusals = [...stopped, ...preciseFaults(entry), ...fieldFaults(deed, entry.offset, ground.source)];
  const moved = { partition: entry.partition, offset: { ...entry.offset, [deed.field]: deed.value } };
  const offsets = refusals.length === 0 ? ground.offsets.with(at, moved) : null;
  return { offsets, refusals, warnings };
}

function stateFaults({ connector }: ParsedStatus): readonly CodedFault[] {
  if (connector.state === "STOPPED") return [];
  const message = `The connector is ${connector.state}; positions change only while it is STOPPED.`;
  return [{ code: "connect.not_stopped", path: "connector", message, suggestion: "Stop it first." }];
}

type Move = Extract<OffsetDeed, { do: "move" }>;

function fieldFaults(
  { field, value }: Move,
  offset: { readonly [name: string]: unknown },
  source: DataSourceName,
): readonly CodedFault[] {
  const shape = offsetShapeOf(source);
  if (!shape.movable.includes(field) || !Object.hasOwn(offset, field)) {
    const there = shape.movable.filter((name) => Object.hasOwn(offset, name));
    return [{ ...faultAt("field", "This field moves no position."), suggestion: there.join(", ") }];
  }
  const kind = shape.fields.get(field);
  if (kind === undefined || isOfKind(value, kind)) return [];
  return [{ ...faultAt("value", `Must be ${words[kind]}.`), suggestion: "Write it as it was read." }];
}

/** Numbers that JavaScript cannot hold exactly would be written back as other ones. */
function preciseFaults({ offset }: OffsetEntry): readonly CodedFault[] {
  const rounded = Object.entries(offset ?? {}).filter(
    ([, value]) => typeof value === "number" && !Number.isSafeInteger(value),
  );
  return rounded.map(([name]) => faultAt(`offset.${name}`, "Is larger than can be written back exactly."));
}

const words: { readonly [kind in FieldKind]: string } = {
  integer: "a whole number, not a text",
  text: "a text of at most 1000 characters, not a number",
  truth: "true or false",
};

function isOfKind(value: string | number | boolean, kind: FieldKind): boolean {
  switch (kind) {
    case "integer":
      return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
    case "text":
      return typeof value === "string" && /^[\x20-\x7e]{1,1000}$/.test(value);
    case "truth":
      return typeof value === "boolean";
  }
}

function sameMembers(
  one: { readonly [name: string]: unknown },
  other: { readonly [name: string]: unknown },
): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every(
    (name) => Object.hasOwn(one, name) && Object.hasOwn(other, name) && one[name] === other[name],
  );
}

function warningOf(source: DataSourceName): CodedFault {
  return { code: "connect.plan_warning", path: "offset", message: offsetShapeOf(source).warning };
}

function faultAt(path: string, message: string): CodedFault {
  return { code: "connect.offset_invalid", path, message };
}
