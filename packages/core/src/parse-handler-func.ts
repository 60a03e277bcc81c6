import { valid, validRange } from "semver";
import { nearestName } from "@gluttony/model";

/** Which code a consumer's `handler_func` names. */
export interface HandlerRef {
  /** `builtin`: shipped with the host. `npm`: installed. `file`: a folder, in development only. */
  readonly scheme: "builtin" | "npm" | "file";
  /** The alias, the package's name, or the folder. */
  readonly package: string;
  /** A semver range, or null for any release that is not a pre-release. */
  readonly range: string | null;
  /** The handler's name in the manifest, or null for the only one. */
  readonly export: string | null;
  /** The one way to write this reference. */
  readonly canonical: string;
}

/** What is wrong with a `handler_func`, and where. */
export interface HandlerRefFault {
  readonly code: "handler.ref_invalid";
  /** 1 for the first character. */
  readonly column: number;
  readonly message: string;
  readonly suggestion: string;
}

export interface HandlerFuncOptions {
  /** Names of the plugins that are shipped with the host. */
  readonly builtins: readonly string[];
  /** Whether `file:` is allowed. */
  readonly devMode?: boolean;
}

type Step<T> = { readonly value: T } | { readonly fault: HandlerRefFault };

const charactersMax = 512;
const packageCharactersMax = 214;
const rangeCharactersMax = 64;
const example = "Write [scheme:]package[@range][#export], for example empi or npm:@acme/hello@^1#onChange.";

/**
 * Reads a `handler_func`. Total and pure: any text gives a reference or a fault. The grammar is closed because
 * the module resolver is not: given paths, `data:` or `https:` it would load them.
 */
export function parseHandlerFunc(
  text: string,
  options: HandlerFuncOptions,
): { readonly ref: HandlerRef } | { readonly fault: HandlerRefFault } {
  if (text.length === 0) return faultAt(0, "It is empty.");
  if (text.length > charactersMax)
    return faultAt(charactersMax, `It is longer than ${charactersMax} characters.`);
  const scheme = schemeOf(text, options);
  if ("fault" in scheme) return scheme;
  const from = scheme.value.rest;
  const hash = text.indexOf("#", from);
  const exported = exportOf(text, hash);
  if ("fault" in exported) return exported;
  const target = { text: text.slice(from, hash < 0 ? undefined : hash), from };
  const ref =
    scheme.value.name === "file"
      ? folderRef(target, exported.value)
      : packageRef(target, { scheme: scheme.value.name, export: exported.value, options });
  return "fault" in ref ? ref : { ref: ref.value };
}

type SchemeName = HandlerRef["scheme"] | null;

function schemeOf(
  text: string,
  options: HandlerFuncOptions,
): Step<{ readonly name: SchemeName; readonly rest: number }> {
  const colon = text.indexOf(":");
  if (colon < 0) return { value: { name: null, rest: 0 } };
  const name = text.slice(0, colon);
  if (name === "builtin" || name === "npm") return { value: { name, rest: colon + 1 } };
  if (name !== "file") return faultAt(0, "The scheme is neither builtin nor npm.");
  if (options.devMode !== true) return faultAt(0, "The scheme file is allowed in development only.");
  return { value: { name, rest: colon + 1 } };
}

const exportPattern = /^[A-Za-z_$][A-Za-z0-9_$]{0,63}$/;

function exportOf(text: string, hash: number): Step<string | null> {
  if (hash < 0) return { value: null };
  const name = text.slice(hash + 1);
  if (exportPattern.test(name)) return { value: name };
  return faultAt(hash + 1, "After # stands the name of one handler: letters, digits, _ and $, at most 64.");
}

interface Target {
  readonly text: string;
  readonly from: number;
}

function folderRef({ text, from }: Target, exported: string | null): Step<HandlerRef> {
  const isFolder = text.length > 0 && !/\p{Cc}/u.test(text) && !text.startsWith("//");
  if (!isFolder) return faultAt(from, "After file: stands the path of a folder.");
  const canonical = `file:${text}${suffix(null, exported)}`;
  return { value: { scheme: "file", package: text, range: null, export: exported, canonical } };
}

interface PackageContext {
  readonly scheme: SchemeName;
  readonly export: string | null;
  readonly options: HandlerFuncOptions;
}

function packageRef({ text, from }: Target, context: PackageContext): Step<HandlerRef> {
  // The first @ may open a scope, so the version begins at the last one.
  const at = text.lastIndexOf("@");
  const name = at > 0 ? text.slice(0, at) : text;
  const named = nameFault(name, from) ?? builtinFault(name, from, context);
  if (named !== undefined) return named;
  const range = at > 0 ? rangeOf(text.slice(at + 1), from + at + 1) : { value: null };
  if ("fault" in range) return range;
  const scheme = context.scheme ?? (name.startsWith("@") ? "npm" : "builtin");
  const prefix = scheme === "npm" && !name.startsWith("@") ? "npm:" : "";
  const canonical = `${prefix}${name}${suffix(range.value, context.export)}`;
  return { value: { scheme, package: name, range: range.value, export: context.export, canonical } };
}

const part = "[a-z0-9][a-z0-9._-]*";
const namePattern = new RegExp(`^(?:@${part}/)?${part}$`);
const reservedNames: ReadonlySet<string> = new Set(["node_modules", "favicon.ico"]);

function nameFault(name: string, from: number): { readonly fault: HandlerRefFault } | undefined {
  if (name.length > packageCharactersMax) {
    return faultAt(
      from + packageCharactersMax,
      `A package's name has at most ${packageCharactersMax} characters.`,
    );
  }
  if (namePattern.test(name) && !reservedNames.has(name)) return undefined;
  return faultAt(from, "This is not the name of a package: lower case, no path, no URL.");
}

/** Bare names never lead to npm: a stranger may own the name there. */
function builtinFault(
  name: string,
  from: number,
  { scheme, options }: PackageContext,
): { readonly fault: HandlerRefFault } | undefined {
  const isBuiltin = scheme === "builtin" || (scheme === null && !name.startsWith("@"));
  if (!isBuiltin || options.builtins.includes(name)) return undefined;
  const near = nearestName(name, options.builtins);
  const known = options.builtins.join(", ");
  const suggestion =
    near === undefined ? `Write npm:${name} for a package from npm.` : `Did you mean ${near}?`;
  return faultAt(from, `No plugin of this name is shipped with the host (${known}).`, suggestion);
}

function rangeOf(range: string, from: number): Step<string> {
  const isShort = range.length > 0 && range.length <= rangeCharactersMax;
  const isPlain = /^[0-9A-Za-z.*^~<>=|+ -]*$/.test(range);
  const parsed = isShort && isPlain ? validRange(range) : null;
  // semver reads an empty comparator as "anything"; a person who means that leaves the range away.
  if (parsed === null || range.trim() === "") {
    return faultAt(from, "After @ stands a version or a semver range; no tag such as latest.");
  }
  return { value: valid(range) ?? range.trim() };
}

function suffix(range: string | null, exported: string | null): string {
  return `${range === null ? "" : `@${range}`}${exported === null ? "" : `#${exported}`}`;
}

function faultAt(
  index: number,
  message: string,
  suggestion: string = example,
): { readonly fault: HandlerRefFault } {
  return { fault: { code: "handler.ref_invalid", column: index + 1, message, suggestion } };
}
