import { nearestName } from "@gluttony/model";
import type { ProblemFault } from "./problem.ts";

/** What of ajv's error is read; its `data` never is, since that is what the caller sent. */
export interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: { readonly [name: string]: unknown };
  readonly parentSchema?: unknown;
}

/** Turns what a schema refused into faults with pointers. A union is one fault, not one for each branch. */
export function validationFaults(
  refused: readonly SchemaFault[],
  context: string | undefined,
): readonly ProblemFault[] {
  const unions = new Set(refused.filter(isUnion).map((fault) => fault.instancePath));
  const told = refused.filter((fault) => isUnion(fault) || !isInside(fault.instancePath, unions));
  return told.map((fault) => problemFaultOf(fault, placeOf(context)));
}

function isUnion(fault: SchemaFault): boolean {
  return fault.keyword === "anyOf";
}

function isInside(path: string, unions: ReadonlySet<string>): boolean {
  return [...unions].some((union) => path === union || path.startsWith(`${union}/`));
}

function placeOf(context: string | undefined): Pick<ProblemFault, "in"> {
  if (context === "querystring") return { in: "query" };
  if (context === "params") return { in: "path" };
  return context === "headers" ? { in: "headers" } : {};
}

function problemFaultOf(fault: SchemaFault, place: Pick<ProblemFault, "in">): ProblemFault {
  const code = "request.invalid";
  const unknown = textOf(fault.params["additionalProperty"]);
  if (unknown !== undefined) {
    const pointer = childPointer(fault.instancePath, unknown);
    return {
      ...place,
      pointer,
      code,
      message: "No such field.",
      suggestion: meant(unknown, fault.parentSchema),
    };
  }
  const missing = textOf(fault.params["missingProperty"]);
  if (missing !== undefined) {
    return {
      ...place,
      pointer: childPointer(fault.instancePath, missing),
      code,
      message: "This field is missing.",
    };
  }
  return { ...place, pointer: fault.instancePath, code, message: sentenceOf(fault) };
}

function sentenceOf(fault: SchemaFault): string {
  if (isUnion(fault)) return unionSentence(fault.parentSchema);
  const text = fault.message ?? "does not fit";
  const allowed = fault.params["allowedValues"];
  const list = Array.isArray(allowed) ? `: ${allowed.join(", ")}` : "";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${list}.`;
}

// What ajv says of a union names a keyword of the schema, which helps nobody.
function unionSentence(parentSchema: unknown): string {
  const names = branchesOf(parentSchema).flatMap(literalOf);
  return names.length === 0 ? "Fits none of the forms allowed here." : `Must be one of: ${names.join(", ")}.`;
}

function branchesOf(schema: unknown): readonly unknown[] {
  if (typeof schema !== "object" || schema === null) return [];
  const branches: unknown = Reflect.get(schema, "anyOf");
  return Array.isArray(branches) ? branches : [];
}

function literalOf(branch: unknown): readonly string[] {
  if (typeof branch !== "object" || branch === null) return [];
  const literal: unknown = Reflect.get(branch, "const");
  return typeof literal === "string" ? [literal] : [];
}

function meant(written: string, parentSchema: unknown): string {
  const known = knownFields(parentSchema);
  return (
    nearestName(written, known) ?? (known.length === 0 ? "Leave it out." : `One of: ${known.join(", ")}`)
  );
}

function knownFields(parentSchema: unknown): readonly string[] {
  if (typeof parentSchema !== "object" || parentSchema === null) return [];
  const properties: unknown = Reflect.get(parentSchema, "properties");
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

const nameLengthMax = 80;

function childPointer(parent: string, name: string): string {
  return `${parent}/${name.slice(0, nameLengthMax).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
