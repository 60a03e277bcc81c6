import { isHandler } from "@gluttony/sdk";
import type { Handler } from "@gluttony/sdk";
import { plainLine } from "./failure-of.ts";
import type { HandlerEntry, RefusedMessage } from "./messages.ts";

/** What loading came to. */
export type LoadedHandlers =
  | { readonly handlers: ReadonlyMap<string, Handler> }
  | { readonly refused: RefusedMessage };

/** Milliseconds that `setup` may take. */
const setupMs = 10_000;

/** Imports the plugin's entries, checks what they export against the manifest, and sets the handlers up. */
export async function loadHandlers(entries: readonly HandlerEntry[]): Promise<LoadedHandlers> {
  const handlers = new Map<string, Handler>();
  for (const entry of entries) {
    const loaded = await loadOne(entry);
    if ("refused" in loaded) return loaded;
    handlers.set(entry.name, loaded.handler);
  }
  for (const handler of new Set(handlers.values())) {
    const refused = await setUp(handler);
    if (refused !== undefined) return { refused };
  }
  return { handlers };
}

async function loadOne(entry: HandlerEntry): Promise<{ handler: Handler } | { refused: RefusedMessage }> {
  try {
    const module: unknown = await import(entry.url);
    const exported: unknown = ownExport(module, entry.export);
    if (isHandler(exported)) {
      if (exported.name === entry.name) return { handler: exported };
      return { refused: { code: "plugin.handler_differs", detail: differs(entry, exported) } };
    }
    const detail =
      exported === undefined
        ? `It exports no ${entry.export}.`
        : `Its export ${entry.export} was not made with defineHandler.`;
    return { refused: { code: "plugin.export_missing", detail } };
  } catch (error) {
    return { refused: { code: importCode(error), detail: describe(error) } };
  }
}

function differs(entry: HandlerEntry, { name }: Handler): string {
  return plainLine(`The manifest lists ${entry.name}; its export ${entry.export} calls itself ${name}.`, 400);
}

// A handler's name may be `__proto__` or `constructor`; only what the module itself exports counts.
function ownExport(module: unknown, name: string): unknown {
  if (typeof module !== "object" || module === null || !Object.hasOwn(module, name)) return undefined;
  return Reflect.get(module, name);
}

function importCode(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return code === "ERR_MODULE_NOT_FOUND" ? "plugin.dependency_missing" : "plugin.import_failed";
}

async function setUp(handler: Handler): Promise<RefusedMessage | undefined> {
  try {
    const outcome = await withinMs(setupMs, async () => handler.setup?.());
    if (outcome === "late") return { code: "plugin.start_timeout", detail: "setup() did not end in 10 s." };
    return undefined;
  } catch (error) {
    return { code: "plugin.import_failed", detail: `setup() threw ${describe(error)}` };
  }
}

/** Waits for a task of the plugin, but not for ever. */
export async function withinMs(ms: number, task: () => Promise<void>): Promise<"done" | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), ms);
  });
  try {
    return await Promise.race([task().then(() => "done" as const), late]);
  } finally {
    clearTimeout(timer);
  }
}

// No record was seen yet, so the message cannot hold a row value; without it nobody could mend the plugin.
function describe(error: unknown): string {
  return error instanceof Error ? plainLine(`${error.name}: ${error.message}`, 800) : `a ${typeof error}`;
}
