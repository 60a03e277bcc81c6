import type { PluginDesk } from "@gluttony/admin";
import { createPluginDesk, createReleases, type Pool } from "@gluttony/postgres";
import { parseEnvironment } from "../../packages/cli/src/parse-environment.ts";
import { pluginDeskOf } from "../../packages/cli/src/plugins-of-serve.ts";
import { silentLog } from "./kafka-owner.ts";

/** The program's own plugin desk on a test's database, with an empty store and a policy that allows nothing. */
export function pluginDeskOn(pool: Pool): PluginDesk {
  const { settings } = parseEnvironment({ env: { GLUTTONY_DATA_DIR: "/nowhere" }, readFile: () => "" });
  const stores = { plugins: createPluginDesk(pool), releases: createReleases(pool, "/nowhere/store") };
  return pluginDeskOf({ stores, settings, env: {}, log: silentLog });
}
