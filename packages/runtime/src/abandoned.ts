import type { Logger } from "@gluttony/sdk";

/** Says which keys a consumer leaves in flight, as keyed hashes; nothing when there are none. */
export function tellAbandoned(log: Logger, consumer: string, subjects: readonly string[]): void {
  if (subjects.length === 0) return;
  log.error("keys were left in flight", {
    consumer,
    code: "delivery.abandoned",
    count: subjects.length,
    subjects: subjects.join(" "),
  });
}
