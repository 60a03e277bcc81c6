import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Wish } from "./parse-arguments.ts";

/** What of the folder's content is no obstacle: a repository without a file. */
const harmless: ReadonlySet<string> = new Set([".git"]);

/**
 * Writes the template into an empty folder, which is made where it is missing. Answers what stands in the way, and has
 * written nothing then; null when it is done.
 */
export async function createRepository(wish: Wish, template: Template): Promise<string | null> {
  await mkdir(wish.folder, { recursive: true });
  const found = (await readdir(wish.folder)).filter((name) => !harmless.has(name));
  if (found.length > 0) {
    return `The folder is not empty: it holds ${found.slice(0, 5).join(", ")}. Name another, or empty it.`;
  }
  await cp(template.folder, wish.folder, { recursive: true });
  for (const name of await readdir(wish.folder, { recursive: true })) {
    if (name.endsWith(ending)) await fill(join(wish.folder, name), wish, template);
  }
  return null;
}

/** The template and the versions that it goes with. */
export interface Template {
  readonly folder: string;
  readonly version: string;
}

/** Files of the template end so, since they are neither code nor manifests before they are filled in. */
const ending = ".template";

async function fill(path: string, wish: Wish, { version }: Template): Promise<void> {
  const words: { readonly [word: string]: string } = {
    package: wish.name,
    handler: wish.handler,
    sdk: wish.sdk ?? `^${version}`,
    program: wish.program ?? `^${version}`,
    tarball: `${wish.name.replace("@", "").replace("/", "-")}-0.1.0.tgz`,
    reference: wish.name.startsWith("@") ? wish.name : `npm:${wish.name}`,
  };
  const text = await readFile(path, "utf8");
  const filled = text.replaceAll(/\{\{([a-z]+)\}\}/g, (whole, word: string) => words[word] ?? whole);
  await writeFile(path, filled);
  const name = path.slice(0, -ending.length).replace("__handler__", wish.handler);
  await rename(path, name);
}
