import type { ResolvedHandler } from "@gluttony/core";
import type { GluttonyError } from "@gluttony/model";
import type { Logger } from "@gluttony/sdk";
import type { LiveHandlerParts } from "./live-handler.ts";
import type { Metrics } from "./metrics.ts";
import type { Notices } from "./notices.ts";

/** What is told of a consumer's handler changing. */
export type SwapNotices = Pick<LiveHandlerParts, "swapped" | "refused" | "troubled">;

/** Tells of one consumer's swaps: in the history, in the log and as a metric. */
export function swapNotices(
  consumer: string,
  notices: Notices,
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): SwapNotices {
  return {
    swapped: (before, after) => {
      const isSameRelease = nameOf(before) === nameOf(after);
      notices.swapped(
        isSameRelease
          ? `${nameOf(after)} goes on with other settings.`
          : `${nameOf(after)} took over from ${nameOf(before)}.`,
      );
      metrics.swapped(consumer, "swapped");
    },
    refused: (error: GluttonyError) => {
      if (error.code === "plugin.rolled_back") {
        notices.rolledBack(error);
        metrics.swapped(consumer, "rolled_back");
        return;
      }
      notices.cannotRun(error, "degraded");
      metrics.swapped(consumer, "refused");
    },
    troubled: ({ code }: GluttonyError) =>
      log.warn("what follows the change of a handler failed", { consumer, code }),
  };
}

function nameOf({ release }: ResolvedHandler): string {
  return `${release.package}@${release.version}`;
}
