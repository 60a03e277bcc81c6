import type { ConsumerDraft, ConsumerRow, Fault, StoredConfig } from "@gluttony/model";
import { isReferenceText } from "../conn-string.ts";
import { pointerOf } from "../problem.ts";
import { type ConfigDocument, type DocumentConsumer, documentConsumer } from "./document.ts";
import { type FieldChange, fieldChanges, pointerPart } from "./field-changes.ts";
import {
  type PlanEffect,
  type PlannedObject,
  type PlannedSection,
  type PlanOptions,
  sectionOf,
} from "./planned.ts";

/** Every fault of a draft; its paths start with a column. */
export type CheckDraft = (draft: ConsumerDraft) => readonly Fault[];

/** Decides what becomes of the consumers. Pure, as `check` is. */
export function planConsumers(
  wanted: ConfigDocument["consumers"],
  stored: StoredConfig,
  { prune, check }: Pick<PlanOptions, "prune"> & { readonly check: CheckDraft },
): PlannedSection {
  if (wanted === undefined) return sectionOf([]);
  const rows = new Map(stored.consumers.map((row) => [row.name, row]));
  const named = Object.entries(wanted).map(([name, one]) =>
    writeOne(name, one, { row: rows.get(name) ?? null, check }),
  );
  const others = stored.consumers
    .filter(({ name }) => name !== "" && !Object.hasOwn(wanted, name))
    .map((row) => (prune ? deleteOne(row) : { left: [{ kind: "consumer", name: row.name } as const] }));
  return sectionOf([...named, ...others]);
}

interface Known {
  readonly row: ConsumerRow | null;
  readonly check: CheckDraft;
}

function writeOne(name: string, wanted: DocumentConsumer, { row, check }: Known): PlannedObject {
  const pointer = `/consumers/${pointerPart(name)}`;
  const before = row === null ? null : documentConsumer(row);
  const fields = fieldChanges(before ?? {}, wanted);
  if (before !== null && fields.length === 0) return { unchanged: 1 };
  const { draft, faults: secretFaults } = draftOf(name, wanted, row);
  const faults = [
    ...secretFaults,
    ...check(draft).map(({ path, ...fault }) => ({ ...fault, path: pointerOf(path) })),
  ];
  const effect = row === null ? (draft.isValid ? "start" : "none") : effectOf(row, { draft, fields });
  const seen = row === null ? null : { id: row.id, revision: row.revision };
  return {
    changes: [{ kind: "consumer", name, do: row === null ? "create" : "change", pointer, fields, effect }],
    deeds: [{ do: "write-consumer", pointer, seen, draft }],
    faults: faults.map((fault) => ({ ...fault, path: `${pointer}${fault.path}` })),
    warnings: warningsOf(row, { draft, effect }).map((message) => ({ pointer, message })),
  };
}

function deleteOne(row: ConsumerRow): PlannedObject {
  const pointer = "/consumers";
  const { name, id, revision } = row;
  const fields = fieldChanges(documentConsumer(row), {});
  return {
    changes: [
      { kind: "consumer", name, do: "delete", pointer, fields, effect: row.isValid ? "stop" : "none" },
    ],
    deeds: [{ do: "delete-consumer", pointer, seen: { id, revision } }],
    warnings: [
      { pointer, message: `${name} is deleted; its connector goes with the last consumer that uses it.` },
    ],
  };
}

function draftOf(
  name: string,
  wanted: DocumentConsumer,
  row: ConsumerRow | null,
): { readonly draft: ConsumerDraft; readonly faults: readonly Fault[] } {
  const secret = connStringOf(wanted.conn_string, row?.connString ?? null);
  const draft = {
    name,
    connString: secret.value,
    dataSource: wanted.data_source ?? null,
    captureSchema: wanted.capture_schema ?? null,
    captureTable: wanted.capture_table ?? null,
    topic: wanted.topic ?? null,
    group: wanted.group ?? null,
    handlerFunc: wanted.handler_func,
    globalKey: wanted.global_key,
    isValid: wanted.is_valid,
    configuration: wanted.configuration,
  };
  return { draft, faults: secret.fault === undefined ? [] : [secret.fault] };
}

function connStringOf(
  wanted: DocumentConsumer["conn_string"],
  stored: string | null,
): { readonly value: string | null; readonly fault?: Fault } {
  if (wanted === undefined) return { value: null };
  const suggestion = "${env:NAME}";
  const path = "/conn_string";
  if (typeof wanted === "string") {
    if (isReferenceText(wanted)) return { value: wanted };
    const message = "Must be a reference: the text of a secret does not belong into a document.";
    return { value: null, fault: { path, message, suggestion } };
  }
  if (stored !== null && stored !== "") return { value: stored };
  return { value: null, fault: { path, message: "Nothing is stored that could be kept.", suggestion } };
}

interface Wanted {
  readonly draft: ConsumerDraft;
  readonly fields: readonly FieldChange[];
}

function effectOf(row: ConsumerRow, { draft, fields }: Wanted): PlanEffect {
  if (!row.isValid) return draft.isValid ? "start" : "none";
  if (!draft.isValid) return "stop";
  const pointers = fields.map(({ pointer }) => pointer);
  if (pointers.some((pointer) => isPlace(pointer, row.topic ?? draft.topic))) return "re-read";
  return pointers.every(isHandlersOwn) ? "in place" : "restart";
}

// Without a topic of its own a consumer reads the one that its table's name gives.
function isPlace(pointer: string, topic: string | null): boolean {
  if (pointer === "/topic" || pointer === "/group") return true;
  return topic === null && ["/data_source", "/capture_schema", "/capture_table"].includes(pointer);
}

/** What the runtime follows without leaving the group. */
function isHandlersOwn(pointer: string): boolean {
  return /^\/(handler_func|configuration\/(handler|plugin))(\/|$)/.test(pointer);
}

function warningsOf(
  row: ConsumerRow | null,
  { draft, effect }: { readonly draft: ConsumerDraft; readonly effect: PlanEffect },
): readonly string[] {
  const isSecretLost = (row?.connString ?? null) !== null && draft.connString === null;
  return [
    ...(isSecretLost ? ["Its connection string is taken away; no connector is made for it any more."] : []),
    ...(effect === "re-read"
      ? ["It reads another topic or as another group; look at its positions afterwards."]
      : []),
  ];
}
