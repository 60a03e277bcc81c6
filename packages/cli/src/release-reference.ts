import { parseHandlerFunc } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";

/** One release as a person names it. */
export interface ReleaseReference {
  readonly package: string;
  /** An exact version. */
  readonly version: string;
}

/** Reads `package@version`. Throws `plugin.ref_invalid`, with the column of the fault. */
export function parseRelease(text: string): ReleaseReference {
  const prefix = text.startsWith("npm:") ? "" : "npm:";
  const parsed = parseHandlerFunc(`${prefix}${text}`, { builtins: [] });
  if ("fault" in parsed) {
    const column = Math.max(1, parsed.fault.column - prefix.length);
    throw new GluttonyError("plugin.ref_invalid", { column, fault: parsed.fault.message });
  }
  const { package: name, range, export: exported } = parsed.ref;
  if (exported !== null) throw faultAt(text.indexOf("#"), "No handler is named here.");
  if (range !== null && /^\d+\.\d+\.\d+/.test(range) && !/[\s|]/.test(range)) {
    return { package: name, version: range };
  }
  throw faultAt(range === null ? text.length : text.lastIndexOf("@") + 1, "An exact version is missing.");
}

/** One package of a registry as a person names it. */
export interface PublishedReference {
  readonly package: string;
  /** An exact version or a range. */
  readonly range: string;
}

/** Reads `package@version` or `package@range`. Throws `plugin.ref_invalid`, or `plugin.look_alike` for foreign letters. */
export function parsePublished(text: string): PublishedReference {
  if (/[^\u0020-\u007e]/.test(text)) {
    throw new GluttonyError("plugin.look_alike", { like: "a name in plain letters" });
  }
  const prefix = text.startsWith("npm:") ? "" : "npm:";
  const parsed = parseHandlerFunc(`${prefix}${text}`, { builtins: [] });
  if ("fault" in parsed) {
    const column = Math.max(1, parsed.fault.column - prefix.length);
    throw new GluttonyError("plugin.ref_invalid", { column, fault: parsed.fault.message });
  }
  const { package: name, range, export: exported } = parsed.ref;
  if (exported !== null) throw faultAt(text.indexOf("#"), "No handler is named here.");
  if (range === null) throw faultAt(text.length, "A version or a range is missing.");
  return { package: name, range };
}

/** Reads a package's name alone. Throws `plugin.ref_invalid`. */
export function parsePackage(text: string): string {
  const parsed = parseHandlerFunc(text.startsWith("npm:") ? text : `npm:${text}`, { builtins: [] });
  if ("ref" in parsed && parsed.ref.range === null && parsed.ref.export === null) return parsed.ref.package;
  const fault = "fault" in parsed ? parsed.fault.message : "Only the package's name is wanted here.";
  throw new GluttonyError("plugin.ref_invalid", { fault });
}

function faultAt(index: number, fault: string): GluttonyError {
  return new GluttonyError("plugin.ref_invalid", { column: index + 1, fault });
}
