import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { BrokenPromise } from "./broken-promise.ts";

/** One handler as a manifest lists it, with the file that it is in. */
export interface ListedHandler {
  readonly name: string;
  readonly url: string;
  readonly export: string;
  readonly schema: { readonly [keyword: string]: unknown } | null;
  readonly isIdempotent: boolean;
  readonly table: string;
}

/** A plugin's static side, read without running any of its code. */
export interface ReadPlugin {
  readonly root: string;
  readonly handlers: readonly ListedHandler[];
  readonly broken: readonly BrokenPromise[];
}

type Members = { readonly [name: string]: unknown };

/** Reads what the conformance suite needs of a manifest; the host reads it more strictly. */
export function readPlugin(folder: string): ReadPlugin {
  const root = resolve(folder);
  const broken: BrokenPromise[] = [];
  const fault = (handler: string | null, message: string): void => {
    broken.push({ code: "conformance.manifest_invalid", handler, message });
  };
  const json = jsonIn(join(root, "package.json"));
  if (json === null) fault(null, "There is no package.json with a JSON object in it.");
  const manifest = membersOf(json?.["gluttony"]);
  const isManifest = manifest["manifest"] === 1;
  if (json !== null && !isManifest) fault(null, "In package.json, gluttony.manifest must be 1.");
  const listed = Object.entries(membersOf(manifest["handlers"]));
  if (isManifest && listed.length === 0) fault(null, "In package.json, gluttony.handlers lists no handler.");
  const handlers = listed.flatMap(([name, value]) => {
    const fields = membersOf(value);
    const file = entryFile(root, json?.["exports"], fields["entry"] ?? ".");
    const schema = schemaOf(root, fields["config"]);
    if (schema === undefined) fault(name, "Its config is neither a JSON object nor a file that holds one.");
    if (file === undefined) fault(name, "Its entry is no key of exports that leads to a file.");
    return file === undefined ? [] : [listedHandler(name, fields, { file, schema: schema ?? null })];
  });
  return { root, handlers, broken };
}

function listedHandler(
  name: string,
  fields: Members,
  { file, schema }: { readonly file: string; readonly schema: Members | null },
): ListedHandler {
  const { tables } = fields;
  return {
    name,
    url: pathToFileURL(file).href,
    export: typeof fields["export"] === "string" ? fields["export"] : name,
    schema,
    isIdempotent: fields["idempotent"] !== false,
    table: Array.isArray(tables) && typeof tables[0] === "string" ? tables[0] : "sample",
  };
}

/** Undefined for a schema that cannot be read, null for a handler without one. */
function schemaOf(root: string, config: unknown): Members | null | undefined {
  if (config === undefined) return null;
  if (typeof config === "string") return jsonIn(join(root, config)) ?? undefined;
  return typeof config === "object" && config !== null ? membersOf(config) : undefined;
}

function entryFile(root: string, exported: unknown, entry: unknown): string | undefined {
  const all = typeof exported === "string" ? { ".": exported } : membersOf(exported);
  const target = typeof entry === "string" && Object.hasOwn(all, entry) ? targetOf(all[entry]) : undefined;
  const file = target === undefined ? undefined : join(root, target);
  return file !== undefined && file.startsWith(root) && existsSync(file) ? file : undefined;
}

const conditions: ReadonlySet<string> = new Set(["gluttony", "node", "import", "default"]);

/** The first condition that the host's resolver meets, too. */
function targetOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const found = Object.entries(membersOf(value)).find(([condition]) => conditions.has(condition));
  return found === undefined ? undefined : targetOf(found[1]);
}

function jsonIn(file: string): Members | null {
  try {
    const json: unknown = JSON.parse(readFileSync(file, "utf8"));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? { ...json } : null;
  } catch {
    return null;
  }
}

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
