// Makes one file of the simulation and of the product below it, so that a run starts at once; and can change lines
// of the product on the way, which is how bugs are planted.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";

export const root = join(import.meta.dirname, "..", "..");

/** Bundles `entry` into `file`. `patches` are `{ file, find, replace }`; one that does not fit exactly once fails. */
export async function bundle(entry, file, patches = []) {
  const { rolldown } = await loadRolldown();
  const applied = new Set();
  const built = await rolldown({
    input: entry,
    platform: "node",
    logLevel: "silent",
    resolve: { conditionNames: ["@gluttony/source", "node", "import"] },
    plugins: [patching(patches, applied)],
  });
  mkdirSync(join(file, ".."), { recursive: true });
  await built.write({ file, format: "esm", codeSplitting: false, sourcemap: "inline" });
  await built.close();
  const missed = patches.filter((patch) => !applied.has(patch));
  if (missed.length > 0)
    throw new Error(`not part of the bundle: ${missed.map((patch) => patch.file).join(", ")}`);
}

/** The source with every patch in it. */
export function patched(source, patches) {
  return patches.reduce((text, { file, find, replace }) => {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Error(`${file}: the line to change occurs ${parts.length - 1} times, not once:\n${find}`);
    }
    return parts.join(replace);
  }, source);
}

function patching(patches, applied) {
  return {
    name: "plant-bugs",
    load(id) {
      const path = relative(root, id).split(sep).join("/");
      const fitting = patches.filter((patch) => patch.file === path);
      if (fitting.length === 0) return null;
      for (const patch of fitting) applied.add(patch);
      return patched(readFileSync(id, "utf8"), fitting);
    },
  };
}

/** Vitest brings Vite, and Vite brings its bundler. */
async function loadRolldown() {
  const fromRoot = createRequire(join(root, "package.json"));
  const fromVitest = createRequire(fromRoot.resolve("vitest/package.json"));
  const fromVite = createRequire(fromVitest.resolve("vite/package.json"));
  return import(pathToFileURL(fromVite.resolve("rolldown")).href);
}
