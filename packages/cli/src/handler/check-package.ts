import * as core from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import { conformance } from "@gluttony/sdk/testing";
import type { ConformanceSample } from "@gluttony/sdk/testing";
import { buildPackage } from "./build-folder.ts";
import type { BuiltPackage } from "./build-folder.ts";
import { conformanceSample, readSample } from "./samples.ts";
import type { SampleFiles } from "./samples.ts";

/** What was looked at, for a person. */
export interface Checked {
  readonly package: string;
  readonly handlers: readonly string[];
  /** Handlers that were tried on made-up rows, since there is no file of recorded ones. */
  readonly onMadeUpRows: readonly string[];
}

/**
 * Builds a package as it would be packed and checks it: the manifest as the host reads it, the schemas of settings, and the
 * conformance suite with a real cell. Throws `handler.promise_broken` with every broken promise.
 */
export async function checkPackage(root: string, files: SampleFiles = {}): Promise<Checked> {
  await using built = await buildPackage(root);
  return await checkBuilt(built, files);
}

/** Checks a package that was built already. */
export async function checkBuilt(built: BuiltPackage, files: SampleFiles = {}): Promise<Checked> {
  const { author, folder, packed } = built;
  const samples: { [handler: string]: ConformanceSample } = {};
  for (const { name } of author.handlers) {
    samples[name] = conformanceSample(await readSample(author.root, name, files));
  }
  const { broken } = await conformance({ root: folder, samples, core });
  if (broken.length > 0) {
    const faults = broken.map(({ code, handler, message }) => ({
      path: handler ?? packed.name,
      message: `${code}: ${message}`,
    }));
    throw new GluttonyError(
      "handler.promise_broken",
      { plugin: packed.name, broken: broken.length },
      { faults },
    );
  }
  const handlers = author.handlers.map(({ name }) => name);
  const onMadeUpRows = handlers.filter((name) => samples[name]?.changes === undefined);
  return { package: `${packed.name}@${packed.version}`, handlers, onMadeUpRows };
}
