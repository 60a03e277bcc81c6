import { type Fault, type Grant, GluttonyError, nearestName, type Role, roleNames } from "@gluttony/model";
import { Option } from "commander";

/** `--role`, on commands that give rights; may be given several times. */
export function roleOption(): Option {
  return new Option(
    "--role <role[:label=value,…]>",
    "a role, for everything or for the consumers with these labels; may be repeated",
  )
    .argParser((text: string, before: readonly Grant[] | undefined) => [...(before ?? []), parseGrant(text)])
    .makeOptionMandatory();
}

/** Reads `operator` or `operator:site=north,owner=lab`. Throws `request.invalid`. */
export function parseGrant(text: string): Grant {
  const at = text.indexOf(":");
  const name = at === -1 ? text : text.slice(0, at);
  const role = roleNames.find((known) => known === name);
  if (role === undefined)
    throw refused({ path: "--role", message: "No such role.", suggestion: meant(name) });
  return { role, scope: at === -1 ? null : parseScope(text.slice(at + 1)) };
}

function parseScope(text: string): { readonly [name: string]: string } {
  const labels = text.split(",").map((part): readonly [string, string] => {
    const equals = part.indexOf("=");
    if (equals > 0 && equals < part.length - 1) return [part.slice(0, equals), part.slice(equals + 1)];
    throw refused({
      path: "--role",
      message: "A label is written name=value.",
      suggestion: "operator:site=north",
    });
  });
  return Object.fromEntries(labels);
}

function meant(name: string): string {
  const names: readonly Role[] = roleNames;
  return nearestName(name, names) ?? `One of: ${names.join(", ")}`;
}

function refused(fault: Fault): GluttonyError {
  return new GluttonyError("request.invalid", {}, { faults: [fault] });
}

/** Grants for one cell of a table. */
export function grantsText(grants: unknown): string {
  if (!Array.isArray(grants)) return "–";
  return grants.map((grant: Grant) => grant.role + scopeText(grant.scope)).join(" ");
}

function scopeText(scope: Grant["scope"]): string {
  if (scope === null) return "";
  const labels = Object.entries(scope).map(([name, value]) => `${name}=${value}`);
  return `:${labels.join(",")}`;
}
