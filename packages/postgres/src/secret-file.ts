import { open, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { GluttonyError } from "@gluttony/model";

const fileBytesMax = 65_536;

/**
 * Reads a secret from a file of the one folder that secrets lie in; a path that is not absolute begins there. Where a path or
 * a link leads out of the folder nothing is read: who may write a reference must not read every file of the host. Links within
 * it are followed, as Kubernetes makes them. Throws `secret.reference_missing`.
 */
export async function readSecretFile(path: string, secretsDir: string | null): Promise<string> {
  const place = `file:${path}`;
  if (secretsDir === null) throw missing(place, "this command reads no files of secrets");
  const wanted = resolve(secretsDir, path);
  // Before anything is looked at: what lies elsewhere is not even told to be there.
  if (!isWithin(wanted, resolve(secretsDir))) throw missing(place, outside);
  let text: string;
  try {
    const [dir, file] = await Promise.all([realpath(secretsDir), realpath(wanted)]);
    if (!isWithin(file, dir)) throw missing(place, outside);
    text = await textOf(file, place);
  } catch (cause) {
    if (cause instanceof GluttonyError) throw cause;
    throw missing(place, "the file cannot be read", cause);
  }
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw missing(place, "the file is empty");
  return value;
}

const outside = "it is not in GLUTTONY_SECRETS_DIR";

function isWithin(path: string, dir: string): boolean {
  const way = relative(dir, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function textOf(path: string, place: string): Promise<string> {
  await using file = await open(path, "r");
  const found = await file.stat();
  if (!found.isFile()) throw missing(place, "it is no file");
  if (found.size > fileBytesMax) throw missing(place, `the file exceeds ${fileBytesMax} bytes`);
  return file.readFile("utf8");
}

function missing(place: string, reason: string, cause?: unknown): GluttonyError {
  return new GluttonyError("secret.reference_missing", { place, reason }, { cause });
}
