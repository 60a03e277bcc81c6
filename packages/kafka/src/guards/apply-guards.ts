import { busyIdleTimer } from "./busy-idle-timer.ts";
import { heartbeatBetweenFetches } from "./heartbeat-between-fetches.ts";
import { kafkajsInternals } from "./kafkajs-internals.ts";
import { leaderlessPartition } from "./leaderless-partition.ts";
import { leakedAndHiddenRecords } from "./leaked-and-hidden-records.ts";
import { misframedReply } from "./misframed-reply.ts";
import { silentOffsetReset } from "./silent-offset-reset.ts";
import { strangerTopic } from "./stranger-topic.ts";
import { unannouncedRevoke } from "./unannounced-revoke.ts";
import { unaskedStartPosition } from "./unasked-start-position.ts";

let isApplied = false;

/** Replaces, once per process, the functions of kafkajs that lose, repeat or hide records. */
export function applyGuards(): void {
  if (isApplied) return;
  const internals = kafkajsInternals();
  leakedAndHiddenRecords(internals);
  unannouncedRevoke(internals);
  unaskedStartPosition(internals);
  silentOffsetReset(internals);
  strangerTopic(internals);
  heartbeatBetweenFetches(internals);
  leaderlessPartition(internals);
  misframedReply(internals);
  busyIdleTimer(internals);
  isApplied = true;
}
