import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as core from "@gluttony/core";
import { checkConfig } from "@gluttony/core";
import type { PluginPackage } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import type { JsonObject } from "@gluttony/model";
import { isHandler } from "@gluttony/sdk";
import { compileDecoding, RecordCodec } from "@gluttony/sdk/codecs";
import type { DecodingOptions, RawRecord, WriterSchema } from "@gluttony/sdk/codecs";
import { openCell, runHandler } from "@gluttony/sdk/testing";
import type { CellAttempt } from "@gluttony/sdk/testing";
import { fileStem } from "./bundle.ts";
import type { Sample } from "./samples.ts";

/** One build of a handler that is ready to run records. */
export interface DevCell {
  /** `schemas` are those that the record names. */
  run(record: RawRecord, schemas: readonly WriterSchema[]): Promise<CellAttempt>;
  close(): Promise<void>;
}

/** Which handler of a built package runs, and on what. */
export interface DevPlan {
  readonly folder: string;
  readonly packed: PluginPackage;
  readonly handler: string;
  readonly sample: Sample;
  readonly decoding: DecodingOptions;
}

/** A real cell: a process of its own, behind all fences. */
export function processDevCell({ folder, handler, sample, decoding }: DevPlan): Promise<DevCell> {
  const { config, targets } = sample;
  return openCell({ root: folder, handler, config, targets, decoding, core });
}

/**
 * This process itself, without any fence, so that a debugger stops in the handler. What was imported stays in memory: each
 * build adds to it. Throws `handler.config_invalid` and `plugin.export_missing`.
 */
export async function inlineDevCell(plan: DevPlan): Promise<DevCell> {
  const { folder, packed, handler: name, sample, decoding } = plan;
  process.setSourceMapsEnabled(true);
  const listed = packed.manifest.handlers.find((one) => one.name === name);
  const config = checkConfig(sample.config as JsonObject, listed?.config ?? {}, {
    env: {},
    secrets: packed.manifest.permissions.secrets ?? [],
  });
  const module: unknown = await import(
    pathToFileURL(join(folder, `${fileStem(listed?.entry ?? ".")}.js`)).href
  );
  const handler: unknown = Reflect.get(Object(module), listed?.export ?? name);
  if (!isHandler(handler))
    throw new GluttonyError("plugin.export_missing", { plugin: packed.name, handler: name });
  await handler.setup?.();
  const known = new Map<string, WriterSchema>();
  const codec = new RecordCodec(known, "auto", compileDecoding(decoding));
  const run = async (record: RawRecord, schemas: readonly WriterSchema[]): Promise<CellAttempt> => {
    for (const schema of schemas) known.set(schema.ref, schema);
    const decoded = codec.decode(record);
    if ("operation" in decoded) {
      return { decoded, ...(await runHandler(handler, decoded, { config, targets: sample.targets })) };
    }
    return { decoded, ending: endingWithoutHandler(decoded), calls: [], log: [] };
  };
  return { run, close: async () => handler.teardown?.() };
}

function endingWithoutHandler(
  decoded: Exclude<CellAttempt["decoded"], { operation: unknown }>,
): CellAttempt["ending"] {
  if ("notAChange" in decoded) return { filtered: `debezium.${decoded.notAChange}` };
  const { undecodable: code, detail: message } = decoded;
  return { failed: "record", code, message, retryAfterMs: undefined };
}
