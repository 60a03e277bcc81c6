import { resolve } from "node:path";
import type { Change } from "../change.ts";
import type { NotAChange, Undecodable } from "../codecs/codec.ts";
import { compileDecoding } from "../codecs/decoding.ts";
import type { DecodingOptions } from "../codecs/decoding.ts";
import { RecordCodec } from "../codecs/framed/record-codec.ts";
import type { WriterSchema } from "../codecs/framed/writer-schema.ts";
import type { RawRecord } from "../record.ts";
import { FakeTargetTable } from "./fake-targets.ts";
import type { FakeTargets } from "./fake-targets.ts";
import type { Tombstone } from "./changes.ts";
import { findCore } from "./find-core.ts";
import type { CoreModule, CorePluginHost, CoreResult } from "./find-core.ts";
import { MemoryLedger } from "./memory-ledger.ts";
import { recordOf } from "./record-of.ts";
import type { HandlerRun, LoggedLine, RunEnding } from "./run-handler.ts";

/** What a handler is run with in a real cell. */
export interface CellOptions {
  /** Folder of the plugin: where its package.json lies. */
  readonly root: string;
  /** The handler's name in the manifest; may be left out where there is one only. */
  readonly handler?: string;
  readonly config?: { readonly [name: string]: unknown };
  readonly targets?: FakeTargets;
  /** What is known of the records beside them, as `configuration.decoding` of a consumer says it. */
  readonly decoding?: DecodingOptions;
  /** Soft deadline of one attempt in milliseconds, 10,000 by default; the process is killed 1,000 later. */
  readonly deadlineMs?: number;
  /** The module `@gluttony/core`; found from `root` by default. */
  readonly core?: CoreModule;
}

/** What one record came to in the cell. */
export interface CellAttempt extends HandlerRun {
  /** The record as it was decoded. */
  readonly decoded: Change | NotAChange | Undecodable;
}

/** A cell that stays open between attempts, until it is closed. */
export interface OpenCell {
  /**
   * Runs one record, or a change written as one, and says what came of it. A record in Avro, Protobuf or JSON Schema needs the
   * schemas that it names, once; `schemasNamedBy` of `@gluttony/sdk/codecs` says which.
   */
  run(record: RawRecord | Change | Tombstone, schemas?: readonly WriterSchema[]): Promise<CellAttempt>;
  close(): Promise<void>;
}

/**
 * Runs records, or changes written as records, in a real cell: a process of its own with the host's bootstrap, fences and
 * protocol, one attempt for each, in order. Targets are answered from the table, where the manifest asks for their origin.
 * Needs `@gluttony/core`; throws `CoreMissing` where it is not installed, and the host's own error where the plugin
 * cannot be loaded (`plugin.*`) or its settings do not fit (`handler.config_invalid`).
 */
export async function runInCell(
  records: readonly (RawRecord | Change | Tombstone)[],
  options: CellOptions,
): Promise<readonly CellAttempt[]> {
  const cell = await openCell(options);
  try {
    const attempts: CellAttempt[] = [];
    for (const record of records) attempts.push(await cell.run(record));
    return attempts;
  } finally {
    await cell.close();
  }
}

/** Starts a real cell and leaves it open; see {@link runInCell}. */
export async function openCell(options: CellOptions): Promise<OpenCell> {
  const core = options.core ?? (await findCore(options.root));
  const tools = { targets: new FakeTargetTable(options.targets ?? {}), log: [] as LoggedLine[] };
  const host = core.createPluginHost(collaboratorsOf(tools), {
    firstParty: { from: new URL(import.meta.url), packages: {} },
    env: {},
    devMode: true,
  });
  const close = (): Promise<void> => host.close(2_000);
  try {
    return { run: await runnerOf(host, options, tools), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Tools {
  readonly targets: FakeTargetTable;
  readonly log: LoggedLine[];
}

async function runnerOf(host: CorePluginHost, options: CellOptions, tools: Tools): Promise<OpenCell["run"]> {
  const suffix = options.handler === undefined ? "" : `#${options.handler}`;
  const resolved = await host.resolve(`file:${resolve(options.root)}${suffix}`, options.config ?? {});
  const { cell } = await host.acquire(resolved);
  const { handler, config } = resolved;
  const { deadlineMs = 10_000, decoding } = options;
  const consumer = {
    id: "1",
    name: "test-consumer",
    revision: 1n,
    handler,
    config,
    deadlineMs,
    graceMs: 1_000,
    ...(decoding === undefined ? {} : { decoding: { ...decoding, format: "auto", operations: [] } }),
  };
  const known = new Map<string, WriterSchema>();
  const codec = new RecordCodec(known, "auto", compileDecoding(decoding ?? {}));
  return async (given, schemas = []) => {
    const record = rawOf(given);
    for (const schema of schemas) known.set(schema.ref, schema);
    const from = { call: tools.targets.calls.length, line: tools.log.length };
    const idempotencyKey = `test:${record.topic}:${record.partition}:${record.offset}`;
    const result = await cell.attempt({ record, consumer, attempt: 1, idempotencyKey, schemas });
    const calls = tools.targets.calls.slice(from.call);
    const log = tools.log.slice(from.line);
    return { decoded: codec.decode(record), ending: endingOf(result), calls, log };
  };
}

function rawOf(record: RawRecord | Change | Tombstone): RawRecord {
  return "value" in record ? record : recordOf(record);
}

function endingOf(result: CoreResult): RunEnding {
  if (result.kind === "done") return { done: true };
  if (result.kind === "filtered") return { filtered: result.rule };
  const { kind, code, message, retryAfterMs } = result.failure;
  return { failed: kind, code, message, retryAfterMs };
}

function collaboratorsOf({ targets, log }: Tools): object {
  const at =
    (level: LoggedLine["level"]) =>
    (message: string, facts: LoggedLine["facts"] = {}): void => {
      log.push({ level, message, facts });
    };
  const releases = { active: async () => [], list: async () => [], activate: async () => undefined };
  return {
    releases,
    once: new MemoryLedger(),
    log: { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
    targets: { call: (request: HostCall) => answer(targets, request) },
  };
}

/** A call as the host is asked for it. */
interface HostCall {
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  readonly grantedOrigins: readonly string[];
}

async function answer(targets: FakeTargetTable, request: HostCall): Promise<unknown> {
  const { url, method, headers, body, grantedOrigins } = request;
  const origin = URL.canParse(url) ? new URL(url).origin : "";
  if (!grantedOrigins.includes(origin)) {
    const message = `${origin} is not among permissions.net of the manifest.`;
    return { failure: { kind: "config", code: "target.not_granted", message, target: origin } };
  }
  try {
    const text = body === null ? {} : { body: new TextDecoder().decode(body) };
    const response = await targets.fetch(url, { method, headers, ...text });
    return { status: response.status, headers: response.headers, body: response.body };
  } catch (error) {
    const of = (name: string): unknown => Reflect.get(Object(error), name);
    return {
      failure: { kind: of("kind") ?? "transient", code: of("code"), message: of("message"), target: origin },
    };
  }
}
