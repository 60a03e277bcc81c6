import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PluginPackage } from "@gluttony/core";
import { readAuthorPackage } from "./author-package.ts";
import type { AuthorPackage } from "./author-package.ts";
import { bundle } from "./bundle.ts";
import { stagePackage } from "./stage.ts";

/** A built package in a folder of its own, which is gone when it is disposed of. */
export interface BuiltPackage extends AsyncDisposable {
  readonly author: AuthorPackage;
  readonly folder: string;
  /** What the host reads of it. */
  readonly packed: PluginPackage;
}

/** Builds a package from its source into a folder below `.gluttony`, which is made for it alone. */
export async function buildPackage(root: string): Promise<BuiltPackage> {
  const author = await readAuthorPackage(root);
  const made = await bundle(author);
  const place = join(author.root, ".gluttony");
  await mkdir(place, { recursive: true });
  const folder = await mkdtemp(join(place, "build-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const packed = await stagePackage(author, made, folder);
    return { author, folder, packed, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
