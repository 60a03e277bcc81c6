import { createLog } from "../log.ts";
import type { OutputFormat } from "../output/print.ts";
import { requiredSettings } from "../required-settings.ts";
import { openStores, type Stores } from "../stores.ts";
import { version } from "../version.ts";

/** An action of a command that works on gluttony's database itself, without the admin API. */
export function onStores(work: (stores: Stores, output: OutputFormat) => Promise<void>) {
  return async (options: { readonly output: OutputFormat }): Promise<void> => {
    const settings = requiredSettings(["DATABASE_URL"]);
    const stores = openStores(settings, createLog("silent", { service: "gluttony", version }));
    try {
      await work(stores, options.output);
    } finally {
      await stores.pool.close();
    }
  };
}
