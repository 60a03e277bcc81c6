import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BrokenPromise } from "./broken-promise.ts";
import { CoreMissing, findCore } from "./find-core.ts";
import type { CoreModule } from "./find-core.ts";
import { holdsValueOf } from "./leaked-values.ts";
import type { ConformanceSample, ProbeNews } from "./probe-messages.ts";
import { readPlugin } from "./read-plugin.ts";
import type { ListedHandler, ReadPlugin } from "./read-plugin.ts";
import { runInCell } from "./run-in-cell.ts";
import { sampleChanges } from "./sample-changes.ts";

/** What the conformance suite is run on. */
export interface ConformanceOptions {
  /** Folder of the plugin: where its package.json lies. */
  readonly root: string;
  /** What each handler is tried with, by its name in the manifest. */
  readonly samples?: { readonly [handler: string]: ConformanceSample };
  /** Milliseconds for the whole plugin, 30,000 by default; then its process is killed, which is a finding. */
  readonly timeoutMs?: number;
  /** Whether the plugin is loaded in a real cell, too; true by default. */
  readonly isTriedInCell?: boolean;
  /** The module `@gluttony/core`; found from `root` by default. */
  readonly core?: CoreModule;
}

/** What the conformance suite found. */
export interface Conformance {
  /** Empty when every promise is kept. */
  readonly broken: readonly BrokenPromise[];
  /** What could not be looked at here, and why; empty when everything was. */
  readonly notChecked: readonly { readonly what: string; readonly why: string }[];
}

/**
 * Checks a plugin against everything that the host relies on: its manifest, its exports, and each handler on a sample, in a
 * process of its own, and then once more in a real cell where `@gluttony/core` is installed. Never throws for what the
 * plugin does; a test in any framework can demand that `broken` is empty.
 */
export async function conformance(options: ConformanceOptions): Promise<Conformance> {
  const plugin = readPlugin(options.root);
  if (plugin.broken.length > 0) {
    const why = "The manifest must be mended first.";
    return { broken: plugin.broken, notChecked: [{ what: "handlers", why }] };
  }
  const probed = await probe(plugin, options);
  const { isTriedInCell = true } = options;
  const cell = isTriedInCell ? await checkInCell(plugin, options) : notInCell("It was not asked for.");
  return { broken: distinct([...probed, ...cell.broken]), notChecked: cell.notChecked };
}

const outputCharactersMax = 1_000_000;

/** Runs the probe and gathers what it tells; its end before it is through, and its silence, are findings. */
async function probe(
  plugin: ReadPlugin,
  { samples = {}, timeoutMs = 30_000 }: ConformanceOptions,
): Promise<readonly BrokenPromise[]> {
  const child = fork(probePath(), [], {
    cwd: plugin.root,
    serialization: "advanced",
    silent: true,
    execArgv: [],
    env: { PATH: process.env["PATH"] ?? "", NODE_ENV: "production" },
  });
  const handlers = plugin.handlers.map((listed) => ({ ...listed, sample: samples[listed.name] ?? {} }));
  const output = outputOf(child);
  const news = newsOf(child);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  child.send({ handlers });
  const code = await new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.name));
    child.once("close", (exit, signal) => resolve(signal ?? `code ${exit}`));
  });
  clearTimeout(timer);
  const handler = news.looksAt();
  const broken = [...news.broken];
  if (isLate)
    broken.push({ code: "conformance.hangs", handler, message: `It does not end in ${timeoutMs} ms.` });
  else if (!news.isDone()) {
    const message = `The process ended with ${code} while the plugin was tried: it exits, or throws where nobody waits.`;
    broken.push({ code: "conformance.process_ended", handler, message });
  }
  const printed = handlers.find(({ sample, table }) =>
    (sample.changes ?? sampleChanges(table)).some((change) => holdsValueOf(output(), change)),
  );
  if (printed !== undefined) {
    const message = "It prints a value of the row.";
    broken.push({ code: "conformance.value_leaked", handler: printed.name, message });
  }
  return broken;
}

interface News {
  readonly broken: readonly BrokenPromise[];
  looksAt(): string | null;
  isDone(): boolean;
}

function newsOf(child: ChildProcess): News {
  const broken: BrokenPromise[] = [];
  let looksAt: string | null = null;
  let isDone = false;
  child.on("message", (message: unknown) => {
    const news = message as ProbeNews;
    if ("broken" in news) broken.push(news.broken);
    else if ("looksAt" in news) looksAt = news.looksAt;
    else isDone = true;
  });
  return { broken, looksAt: () => looksAt, isDone: () => isDone };
}

function outputOf(child: ChildProcess): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      if (output.length < outputCharactersMax) output += chunk.toString();
    });
  }
  return () => output;
}

/** The built probe, also while this file itself runs from its sources. */
function probePath(): string {
  const here = import.meta.url;
  return fileURLToPath(
    here.endsWith(".ts") ? new URL("../../dist/testing/probe.js", here) : new URL("./probe.js", here),
  );
}

/** The host reads the manifest and loads the plugin behind its fences: what it refuses, it would refuse at install. */
async function checkInCell(plugin: ReadPlugin, options: ConformanceOptions): Promise<Conformance> {
  try {
    const core = options.core ?? (await findCore(plugin.root));
    const broken: BrokenPromise[] = [];
    for (const handler of plugin.handlers) {
      broken.push(...(await refusal(plugin, handler, { ...options, core })));
    }
    return { broken, notChecked: [] };
  } catch (error) {
    if (!(error instanceof CoreMissing)) throw error;
    return notInCell(error.message);
  }
}

function notInCell(why: string): Conformance {
  return { broken: [], notChecked: [{ what: "a real cell", why }] };
}

async function refusal(
  { root }: ReadPlugin,
  { name }: ListedHandler,
  { samples = {}, core }: ConformanceOptions & { readonly core: CoreModule },
): Promise<readonly BrokenPromise[]> {
  const { config = {} } = samples[name] ?? {};
  try {
    await runInCell([], { root, handler: name, config, core });
    return [];
  } catch (error) {
    const seen = error instanceof Error ? error : new Error("The plugin could not be loaded.");
    const faults: unknown = Reflect.get(seen, "faults");
    const listed = Array.isArray(faults) ? faults.map((fault: unknown) => faultText(fault)) : [];
    const message = [seen.message, ...listed].join(" ");
    return [{ code: "conformance.cell_refuses", handler: name, message }];
  }
}

function faultText(fault: unknown): string {
  return `${String(Reflect.get(Object(fault), "path"))}: ${String(Reflect.get(Object(fault), "message"))}`;
}

function distinct(broken: readonly BrokenPromise[]): readonly BrokenPromise[] {
  return [...new Map(broken.map((one) => [`${one.code} ${one.handler} ${one.message}`, one])).values()];
}
