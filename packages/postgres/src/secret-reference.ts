import { GluttonyError } from "@gluttony/model";
import { readSecretFile } from "./secret-file.ts";

/** Environment variables, as `process.env` holds them. */
export interface Environment {
  readonly [name: string]: string | undefined;
}

/** Gives out what is kept under a name of ours; null where there is nothing. */
export type OpenNamed = (name: string) => Promise<string | null>;

const form = /^\$\{(env|file|secret):([^{}]+)\}$/;
/** Our own secrets must not leave through a connection string that somebody else writes. */
const forbiddenNames = /^GLUTTONY_/;

/** Whether a text is `${env:NAME}`, `${file:/path}` or `${secret:name}` and nothing besides. */
export function isReference(text: string): boolean {
  return form.test(text);
}

/** Where references lead on this host. */
export interface ReferenceSources {
  readonly env: Environment;
  /** The only folder that files are read from; left out, none is. */
  readonly secretsDir?: string;
  /** Opens secrets under names of ours; left out where there are none. */
  readonly openNamed?: OpenNamed;
}

/** Reads what a reference names. Throws `secret.reference_missing`, which names the place and not the value. */
export async function resolveReference(
  reference: string,
  { env, secretsDir, openNamed }: ReferenceSources,
): Promise<string> {
  const [, kind = "", name = ""] = form.exec(reference) ?? [];
  if (kind === "file") return readSecretFile(name, secretsDir ?? null);
  if (kind !== "secret") return readVariable(name, env);
  const value = (await openNamed?.(name)) ?? null;
  if (value === null || value === "") throw missing(`secret:${name}`, "there is no secret of this name");
  return value;
}

function readVariable(name: string, env: Environment): string {
  if (forbiddenNames.test(name)) throw missing(`env:${name}`, "names of gluttony itself are not given out");
  const value = env[name];
  if (value === undefined || value === "") throw missing(`env:${name}`, "the variable is not set");
  return value;
}

function missing(place: string, reason: string): GluttonyError {
  return new GluttonyError("secret.reference_missing", { place, reason });
}
