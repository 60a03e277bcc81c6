import type { CellConsumer, ResolvedHandler } from "@gluttony/core";
import type { Consumer } from "@gluttony/model";

/** A consumer as its cell knows it. */
export function cellConsumerOf(consumer: Consumer, resolved: ResolvedHandler): CellConsumer {
  return {
    id: consumer.id,
    name: consumer.name,
    revision: consumer.revision,
    handler: resolved.handler,
    config: resolved.config,
    deadlineMs: consumer.delivery.deadlineMs,
    graceMs: consumer.delivery.graceMs,
    decoding: {
      ...consumer.decoding,
      isIdentityFull: consumer.delivery.replicaIdentity === "full",
      format: consumer.delivery.format,
      operations: consumer.filter.operations,
    },
  };
}
