import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** What is needed of `@gluttony/core`, which the SDK does not depend on; its own types say the same and more. */
export interface CoreModule {
  createPluginHost(collaborators: object, settings: object): CorePluginHost;
}

/** The plugin host, as far as a test uses it. */
export interface CorePluginHost {
  resolve(handlerFunc: string, config: object): Promise<CoreResolved>;
  acquire(resolved: CoreResolved): Promise<{ readonly cell: CoreCell; release(): Promise<void> }>;
  close(budgetMs: number): Promise<void>;
}

/** A handler that was found, with its settings checked and filled in. */
export interface CoreResolved {
  readonly handler: string;
  readonly config: object;
}

/** The cell, as far as a test uses it. */
export interface CoreCell {
  attempt(request: object): Promise<CoreResult>;
}

/** What the cell answers for one attempt. */
export type CoreResult =
  | { readonly kind: "done" }
  | { readonly kind: "filtered"; readonly rule: string }
  | { readonly kind: "failed"; readonly failure: CoreFailure };

/** A failure as data. */
export interface CoreFailure {
  readonly kind: "transient" | "ambiguous" | "record" | "auth" | "config";
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** Thrown when `@gluttony/core` is not installed beside the plugin; its message holds the command that installs it. */
export class CoreMissing extends Error {
  readonly code = "testing.core_missing";

  constructor(root: string) {
    super(
      `A real cell needs @gluttony/core, which is not installed in ${root}. Run: npm install --save-dev @gluttony/core`,
    );
    this.name = "CoreMissing";
  }
}

/**
 * The host's own plugin host, found from a plugin's folder: its dependency `@gluttony/core`, or the one of its dependency
 * `gluttony`. Throws {@link CoreMissing}.
 */
export async function findCore(root: string): Promise<CoreModule> {
  const from = join(resolve(root), "package.json");
  const path = resolvedFrom(from, "@gluttony/core") ?? coreOfProgram(from);
  if (path === undefined) throw new CoreMissing(resolve(root));
  const module: unknown = await import(pathToFileURL(path).href);
  return module as CoreModule;
}

function coreOfProgram(from: string): string | undefined {
  const program = resolvedFrom(from, "gluttony/package.json");
  return program === undefined ? undefined : resolvedFrom(program, "@gluttony/core");
}

function resolvedFrom(from: string, specifier: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}
