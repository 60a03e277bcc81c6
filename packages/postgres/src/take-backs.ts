import type { TakeBacks } from "@gluttony/runtime";
import type { PluginDesk } from "./plugin-deeds.ts";

/** The runtime's port: what a host takes back is a deed of its own, which stands in the plugin's history. */
export function createTakeBacks(plugins: PluginDesk, hostId: string): TakeBacks {
  return {
    remember: async ({ consumerId, package: name, failed, servesAgain, attempts, faults }) => {
      const deed = { do: "take-back", version: failed, consumer: consumerId, to: servesAgain } as const;
      const reason = `${faults} of ${attempts} attempts with ${failed} failed by its own fault`;
      await plugins.perform(name, deed, { actor: `host ${hostId}`.slice(0, actorCharactersMax), reason });
    },
  };
}

const actorCharactersMax = 200;
