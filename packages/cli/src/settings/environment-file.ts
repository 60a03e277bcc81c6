import { readFileSync, statSync } from "node:fs";
import { type Fault, GluttonyError } from "@gluttony/model";

/** Bytes that a file of settings may have. */
const bytesMax = 1024 * 1024;

/** What a file of `NAME=value` lines sets, and on which line. */
export interface EnvironmentFile {
  readonly env: { readonly [name: string]: string };
  readonly lines: ReadonlyMap<string, number>;
  readonly faults: readonly Fault[];
}

/** Reads a file as systemd's `EnvironmentFile` and Compose's `env_file` are written. Throws `config.invalid`. */
export function readEnvironmentFile(path: string): EnvironmentFile {
  let text: string;
  try {
    if (path !== "-" && statSync(path).size > bytesMax)
      throw unreadable(path, `Has more than ${bytesMax} bytes.`);
    text = readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    if (cause instanceof GluttonyError) throw cause;
    throw unreadable(path, "The file cannot be read.");
  }
  return parseEnvironmentFile(text, path);
}

const assignment = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;

/**
 * Reads `NAME=value` lines: a `#` begins a line that says nothing, quotes around a whole value are left out, and nothing is
 * put in for `$`. No fault repeats what stands in a line, which may be a secret. Pure.
 */
export function parseEnvironmentFile(text: string, path: string): EnvironmentFile {
  const env: { [name: string]: string } = {};
  const lines = new Map<string, number>();
  const faults: Fault[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const number = at + 1;
    const written = line.trim();
    if (written === "" || written.startsWith("#")) continue;
    const [, name, value = ""] = assignment.exec(written) ?? [];
    const place = `${path}:${number}`;
    if (name === undefined) {
      faults.push({
        path: place,
        message: "Is no setting.",
        suggestion: "NAME=value, or # before what is none",
      });
      continue;
    }
    const earlier = lines.get(name);
    if (earlier !== undefined)
      faults.push({
        path: place,
        message: `Sets ${name} again, after line ${earlier}.`,
        suggestion: "One of the two.",
      });
    env[name] = unquoted(value.trim());
    lines.set(name, number);
  }
  return { env, lines, faults };
}

function unquoted(value: string): string {
  return /^(?:"[^"]*"|'[^']*')$/.test(value) ? value.slice(1, -1) : value;
}

function unreadable(path: string, message: string): GluttonyError {
  return new GluttonyError("config.invalid", {}, { faults: [{ path, message }] });
}
