import { readFile, stat } from "node:fs/promises";
import { type InstallPolicy, parsePolicy } from "@gluttony/core";
import { GluttonyError } from "@gluttony/model";
import type { Settings } from "./parse-environment.ts";

const fileBytesMax = 1024 * 1024;

/** The policy of GLUTTONY_PLUGIN_POLICY; without one nothing is allowed. Throws `plugin.policy_invalid`, with every fault. */
export async function readPluginPolicy({ pluginPolicy: file }: Settings): Promise<InstallPolicy> {
  const { policy, faults } = parsePolicy(file === null ? {} : await readJson(file));
  if (faults.length === 0) return policy;
  throw new GluttonyError("plugin.policy_invalid", { faults: faults.length }, { faults });
}

async function readJson(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > fileBytesMax) throw new Error("The file is larger than 1 MiB.");
    return JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const faults = [{ path: "GLUTTONY_PLUGIN_POLICY", message: "It must name a readable JSON file." }];
    throw new GluttonyError("plugin.policy_invalid", { faults: 1 }, { cause, faults });
  }
}
