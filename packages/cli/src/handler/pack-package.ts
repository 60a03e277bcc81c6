import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { GluttonyError } from "@gluttony/model";
import { fieldsOf } from "../output/fields.ts";
import { buildPackage } from "./build-folder.ts";
import type { BuiltPackage } from "./build-folder.ts";
import { npm } from "./npm.ts";

/** A package file that was written. */
export interface Packed {
  readonly package: string;
  /** Path of the `.tgz`. */
  readonly file: string;
  readonly sizeBytes: number;
  /** sha512, as npm writes it. */
  readonly integrity: string;
  readonly files: readonly string[];
}

/** Builds a package and writes it as a file into `into`. Throws as the build does, and `handler.npm_failed`. */
export async function packPackage(root: string, into: string): Promise<Packed> {
  await using built = await buildPackage(root);
  await mkdir(into, { recursive: true });
  return await packBuilt(built, into);
}

async function packBuilt({ folder, packed }: BuiltPackage, into: string): Promise<Packed> {
  const place = resolve(into);
  const parameters = ["pack", "--json", "--ignore-scripts", "--pack-destination", place];
  const said: unknown = JSON.parse(await npm(parameters, { cwd: folder }));
  // One object in a list; newer versions of npm name it by the package instead.
  const [written] = Array.isArray(said) ? said.map(fieldsOf) : Object.values(fieldsOf(said)).map(fieldsOf);
  const { filename, size, integrity, files } = written ?? {};
  if (typeof filename !== "string") {
    throw new GluttonyError("handler.npm_failed", { command: "npm pack", said: "It named no file." });
  }
  return {
    package: `${packed.name}@${packed.version}`,
    file: shortest(join(place, filename)),
    sizeBytes: Number(size),
    integrity: String(integrity),
    files: Array.isArray(files) ? files.map((file) => String(fieldsOf(file)["path"])) : [],
  };
}

function shortest(path: string): string {
  const below = relative(process.cwd(), path);
  return below.startsWith("..") ? path : below;
}
