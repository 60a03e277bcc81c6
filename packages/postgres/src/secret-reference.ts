import { readFile, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { GluttonyError } from "@gluttony/model";

/** Environment variables, as `process.env` holds them. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** Gives out what is kept under a name of ours; null where there is nothing. */
export type OpenNamed = (name: string) => Promise<string | null>;

const form = /^\$\{(env|file|secret):([^{}]+)\}$/;
const fileBytesMax = 65_536;
/** Our own secrets must not leave through a connection string that somebody else writes. */
const forbiddenNames = /^GLUTTONY_/;

/** Whether a text is `${env:NAME}`, `${file:/path}` or `${secret:name}` and nothing besides. */
export function isReference(text: string): boolean {
  return form.test(text);
}

/** Reads what a reference names. Throws `secret.reference_missing`, which names the place and not the value. */
export async function resolveReference(
  reference: string,
  env: Environment,
  openNamed: OpenNamed = async () => null,
): Promise<string> {
  const [, kind = "", name = ""] = form.exec(reference) ?? [];
  if (kind === "file") return readSecretFile(name);
  if (kind !== "secret") return readVariable(name, env);
  const value = await openNamed(name);
  if (value === null || value === "") throw missing(`secret:${name}`, "there is no secret of this name");
  return value;
}

function readVariable(name: string, env: Environment): string {
  if (forbiddenNames.test(name)) throw missing(`env:${name}`, "names of gluttony itself are not given out");
  const value = env[name];
  if (value === undefined || value === "") throw missing(`env:${name}`, "the variable is not set");
  return value;
}

async function readSecretFile(path: string): Promise<string> {
  const place = `file:${path}`;
  if (!isAbsolute(path)) throw missing(place, "the path must be absolute");
  let text: string;
  try {
    if ((await stat(path)).size > fileBytesMax)
      throw missing(place, `the file exceeds ${fileBytesMax} bytes`);
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (cause instanceof GluttonyError) throw cause;
    throw missing(place, "the file cannot be read", cause);
  }
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw missing(place, "the file is empty");
  return value;
}

function missing(place: string, reason: string, cause?: unknown): GluttonyError {
  return new GluttonyError("secret.reference_missing", { place, reason }, { cause });
}
