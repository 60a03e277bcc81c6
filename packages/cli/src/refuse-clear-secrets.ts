import { GluttonyError } from "@gluttony/model";
import { sealClearSecrets } from "@gluttony/postgres";
import type { Settings } from "./parse-environment.ts";
import type { Stores } from "./stores.ts";

/**
 * Seals what rests in clear text. In production a host does not start while anything remains: throws `secret.clear_remains`, which
 * names whose it is.
 */
export async function refuseClearSecrets(
  { pool, box }: Pick<Stores, "pool" | "box">,
  { isProduction }: Pick<Settings, "isProduction">,
): Promise<void> {
  if (!isProduction) return;
  const { consumers, connectors } = (await sealClearSecrets(pool, box)).remaining;
  if (consumers.length + connectors.length === 0) return;
  throw new GluttonyError("secret.clear_remains", { consumers, connectors });
}
