import { protectConnStrings } from "@gluttony/postgres";
import type { DesiredConsumers } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import type { Stores } from "./stores.ts";

/**
 * The rows, with every clear connection string encrypted before anything is done with it. `onHeard` is called at every
 * notification besides, so that one connection listens for both.
 */
export function protectedConsumers(stores: Stores, log: Logger, onHeard: () => void): DesiredConsumers {
  return {
    listen: (onChange, signal) =>
      stores.consumers.listen(() => {
        onHeard();
        onChange();
      }, signal),
    list: async () => {
      const { warnings } = await protectConnStrings(stores.pool, stores.box);
      for (const { code, consumer } of warnings)
        log.warn("a connection string rests in clear text", { code, consumer });
      return stores.consumers.list();
    },
  };
}
