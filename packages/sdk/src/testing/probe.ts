import { decimalOf } from "../codecs/decimal.ts";
import { isHandler } from "../handler.ts";
import type { Handler } from "../handler.ts";
import type { BrokenPromise, PromiseCode } from "./broken-promise.ts";
import { checkHandler } from "./check-handler.ts";
import { GlobalsSnapshot } from "./globals-snapshot.ts";
import type { ProbeNews, ProbeOrder } from "./probe-messages.ts";

// The program of the process in which the conformance suite runs a plugin: one that exits, loops or leaves timers behind
// harms nobody there. It tells what it finds as it finds it, so that its own end is a finding, too.

// Taken before any plugin code runs, which may replace it.
const send = process.send?.bind(process);
const exit = process.exit.bind(process);
const quietMs = 150;

process.once("message", (message: unknown) => void probe(message as ProbeOrder));

async function probe(order: ProbeOrder): Promise<void> {
  const globals = new GlobalsSnapshot();
  // Opened when they are first used, which would look like something that the plugin opened.
  for (const stream of [process.stdout, process.stderr]) stream.write("");
  const before = activeResources();
  let looksAt: string | null = null;
  const broken = (code: PromiseCode, message: string, handler = looksAt): void => {
    const found: BrokenPromise = { code, handler, message };
    tell({ broken: found });
  };
  const handlers: Handler[] = [];
  for (const listed of order.handlers) {
    looksAt = listed.name;
    tell({ looksAt });
    const handler = await load(listed, (message) => broken("conformance.handler_missing", message));
    if (handler !== undefined) handlers.push(handler);
  }
  await pause(quietMs);
  const running = moreThan(before);
  if (running !== "") {
    broken("conformance.not_idle", `Its modules leave ${running} running when they are imported.`, null);
  }
  for (const handler of handlers) {
    looksAt = handler.name;
    await lifecycle(handler, "setup", (message) => broken("conformance.setup_fails", message));
  }
  for (const listed of order.handlers) {
    const handler = handlers.find(({ name }) => name === listed.name);
    if (handler === undefined) continue;
    looksAt = listed.name;
    tell({ looksAt });
    await checkHandler(handler, revived(listed), broken);
  }
  for (const handler of handlers) {
    looksAt = handler.name;
    tell({ looksAt });
    await lifecycle(handler, "teardown", (message) => broken("conformance.teardown_fails", message));
  }
  looksAt = null;
  tell({ looksAt });
  await pause(quietMs);
  const left = moreThan(before);
  if (left !== "" && running === "") {
    broken("conformance.open_handles", `It leaves ${left} open after teardown.`);
  }
  const changed = globals.changed();
  if (changed.length > 0) {
    broken(
      "conformance.globals_changed",
      `It changes what all modules share: ${changed.slice(0, 10).join(", ")}.`,
    );
  }
  send?.({ isDone: true }, () => exit(0));
}

async function load(
  { url, export: name, name: handlerName }: ProbeOrder["handlers"][number],
  refuse: (message: string) => void,
): Promise<Handler | undefined> {
  const module = await imported(url, refuse);
  if (module === undefined) return undefined;
  const exported: unknown =
    typeof module === "object" && module !== null && Object.hasOwn(module, name)
      ? Reflect.get(module, name)
      : undefined;
  if (!isHandler(exported)) {
    refuse(`The package exports no ${name} that was made with defineHandler.`);
    return undefined;
  }
  if (exported.name === handlerName) return exported;
  refuse(`The handler calls itself something else than ${handlerName}.`);
  return undefined;
}

async function imported(url: string, refuse: (message: string) => void): Promise<unknown> {
  try {
    return (await import(url)) as unknown;
  } catch (error) {
    refuse(`It cannot be imported: ${thrownText(error)}`);
    return undefined;
  }
}

async function lifecycle(
  handler: Handler,
  step: "setup" | "teardown",
  refuse: (message: string) => void,
): Promise<void> {
  try {
    await handler[step]?.();
  } catch (error) {
    // After it has seen rows its message may hold their values.
    refuse(step === "setup" ? `Its setup throws ${thrownText(error)}` : "Its teardown throws.");
  }
}

/** No row was seen yet, so that the message cannot hold a value of one. */
function thrownText(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `a ${typeof error}`;
  return `${text.slice(0, 500).replaceAll(/\s+/g, " ").replace(/\.$/, "")}.`;
}

/** A decimal loses its methods on the way from process to process. */
function revived<Value>(value: Value): Value {
  return revive(value) as Value;
}

function revive(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || value instanceof Set)
    return value;
  if (Array.isArray(value)) return value.map(revive);
  const { unscaled, scale } = Object(value) as { unscaled?: unknown; scale?: unknown };
  if (typeof unscaled === "bigint" && typeof scale === "number") return decimalOf(unscaled, scale);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, revive(member)]));
}

function activeResources(): readonly string[] {
  return process.getActiveResourcesInfo();
}

/** What is active now beyond what was; the timer of the pause before has ended by then. */
function moreThan(before: readonly string[]): string {
  const left = [...before];
  const added = activeResources().filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const counts = new Map<string, number>();
  for (const name of added) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${count} ${name}`).join(", ");
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function tell(news: ProbeNews): void {
  send?.(news);
}
