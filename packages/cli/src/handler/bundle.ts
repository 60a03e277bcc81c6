import { createHash } from "node:crypto";
import { relative } from "node:path";
import { GluttonyError } from "@gluttony/model";
import type { Fault } from "@gluttony/model";
import { build } from "esbuild";
import type { BuildFailure, BuildOptions, BuildResult, Message } from "esbuild";
import type { AuthorPackage } from "./author-package.ts";

/** A package's code as one file an entry, with its source map, and the modules that went into it. */
export interface Bundle {
  /** Content by file name, such as `index.js` and `index.js.map`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Paths of the modules, below the package's root or leading out of it. */
  readonly inputs: readonly string[];
  /** Twelve characters of a hash over all the files. */
  readonly hash: string;
}

/** How long a hash is that names a build. */
const hashCharacters = 12;

/** Bundled code in one ES module has no `require`, which CommonJS dependencies ask for. */
const banner =
  'import { createRequire as gluttonyCreateRequire } from "node:module"; const require = gluttonyCreateRequire(import.meta.url);';

/** How a package is bundled; `handler dev` adds a watch to it. */
export function bundleOptions(plugin: AuthorPackage): BuildOptions {
  const entries = new Map(plugin.handlers.map(({ entry, source }) => [fileStem(entry), source]));
  return {
    absWorkingDir: plugin.root,
    entryPoints: Object.fromEntries(entries),
    bundle: true,
    splitting: entries.size > 1,
    format: "esm",
    platform: "node",
    target: "node20.19",
    conditions: ["source"],
    banner: { js: banner },
    sourcemap: "linked",
    sourcesContent: true,
    legalComments: "inline",
    metafile: true,
    write: false,
    outdir: "bundle",
    logLevel: "silent",
  };
}

/** Bundles a package. Throws `handler.build_failed` with every error of the compiler, each with its place. */
export async function bundle(plugin: AuthorPackage): Promise<Bundle> {
  try {
    return bundleOf(plugin, await build(bundleOptions(plugin)));
  } catch (error) {
    throw buildFailed(plugin, error);
  }
}

/** What the compiler made, by name. */
export function bundleOf(plugin: AuthorPackage, result: BuildResult): Bundle {
  const hash = createHash("sha256");
  const files = new Map<string, Uint8Array>();
  for (const { path, contents } of result.outputFiles ?? []) {
    const name = relative(`${plugin.root}/bundle`, path);
    files.set(name, contents);
    hash.update(`${name}\0`).update(contents);
  }
  return {
    files,
    inputs: Object.keys(result.metafile?.inputs ?? {}),
    hash: hash.digest("hex").slice(0, hashCharacters),
  };
}

/** The compiler's errors as ours; anything else is passed on. */
export function buildFailed(plugin: AuthorPackage, error: unknown): unknown {
  if (!isBuildFailure(error)) return error;
  return new GluttonyError(
    "handler.build_failed",
    { plugin: plugin.name },
    { faults: error.errors.map(faultOf) },
  );
}

/** Name of an entry's file without its ending: `.` is `index`, `./visits` is `visits`. */
export function fileStem(entry: string): string {
  return entry === "."
    ? "index"
    : entry
        .slice(2)
        .replaceAll("/", "-")
        .replace(/\.[cm]?js$/, "");
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray(Reflect.get(error, "errors"));
}

function faultOf({ location, text }: Message): Fault {
  const path = location === null ? "the build" : `${location.file}:${location.line}:${location.column + 1}`;
  return { path, message: text };
}
