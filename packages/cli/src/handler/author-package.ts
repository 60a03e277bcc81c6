import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { GluttonyError } from "@gluttony/model";
import type { Fault } from "@gluttony/model";
import { fieldsOf } from "../output/fields.ts";
import type { Fields } from "../output/fields.ts";

/** A handler package as its author has it, before it is built. */
export interface AuthorPackage {
  readonly root: string;
  readonly name: string;
  readonly version: string;
  /** All of `package.json`. */
  readonly json: Fields;
  /** The handlers of the manifest, by name. */
  readonly handlers: readonly AuthorHandler[];
}

/** One handler of the manifest, with the file that it is built from. */
export interface AuthorHandler {
  readonly name: string;
  /** A key of `exports`. */
  readonly entry: string;
  readonly export: string;
  /** Absolute path: what `exports` names under the condition `source`, else the file that it leads to. */
  readonly source: string;
}

/** Reads a handler package. Throws `plugin.manifest_invalid` with every fault; runs no code of it. */
export async function readAuthorPackage(folder: string): Promise<AuthorPackage> {
  const root = resolve(folder);
  const json = await readJson(root);
  const faults: Fault[] = [];
  const name = textOf(json["name"], { path: "name", faults });
  const version = textOf(json["version"], { path: "version", faults });
  const listed = Object.entries(fieldsOf(fieldsOf(json["gluttony"])["handlers"]));
  if (listed.length === 0) {
    const message = "It lists no handler; this is no handler package.";
    faults.push({
      path: "gluttony.handlers",
      message,
      suggestion: "npm create @gluttony/handler makes one.",
    });
  }
  const handlers = listed.flatMap(([handler, value]) => {
    const fields = fieldsOf(value);
    const entry = typeof fields["entry"] === "string" ? fields["entry"] : ".";
    const path = `gluttony.handlers.${handler}.entry`;
    const source = sourceOf(root, json["exports"], { entry, path, faults });
    const exported = typeof fields["export"] === "string" ? fields["export"] : handler;
    return source === undefined ? [] : [{ name: handler, entry, export: exported, source }];
  });
  if (faults.length > 0) throw new GluttonyError("plugin.manifest_invalid", { plugin: name }, { faults });
  return { root, name, version, json, handlers };
}

async function readJson(root: string): Promise<Fields> {
  const path = join(root, "package.json");
  try {
    return fieldsOf(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    const faults = [{ path, message: "There is no file here that holds JSON." }];
    throw new GluttonyError("plugin.manifest_invalid", {}, { cause, faults });
  }
}

interface Place {
  readonly path: string;
  readonly faults: Fault[];
}

function textOf(value: unknown, { path, faults }: Place): string {
  if (typeof value === "string" && value !== "") return value;
  faults.push({ path, message: "It must be a text." });
  return "";
}

function sourceOf(
  root: string,
  exported: unknown,
  { entry, path, faults }: Place & { readonly entry: string },
): string | undefined {
  const all: Fields = typeof exported === "string" ? { ".": exported } : fieldsOf(exported);
  const target = Object.hasOwn(all, entry) ? targetOf(all[entry]) : undefined;
  if (target === undefined) {
    const keys = Object.keys(all).join(", ");
    faults.push({ path, message: `${entry} is no key of exports that leads to a file (${keys}).` });
    return undefined;
  }
  const file = join(root, target);
  if (file.startsWith(root) && existsSync(file)) return file;
  const suggestion = "Build it first, or name its source in exports under the condition source.";
  faults.push({ path, message: `${target} is not there.`, suggestion });
  return undefined;
}

/** The source goes first, wherever it stands; then what the host's resolver would take. */
function targetOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const conditions = fieldsOf(value);
  if (conditions["source"] !== undefined) return targetOf(conditions["source"]);
  const found = Object.entries(conditions).find(([name]) =>
    ["gluttony", "node", "import", "default"].includes(name),
  );
  return found === undefined ? undefined : targetOf(found[1]);
}
