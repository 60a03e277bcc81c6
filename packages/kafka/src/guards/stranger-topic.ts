import { hooksOf } from "./group-hooks.ts";
import type { KafkajsInternals } from "./kafkajs-internals.ts";

/**
 * Prevents reading on in another topic of the same name. When a topic is deleted and made again kafkajs goes on at its
 * old position in the new log and skips what lies below, without a word. Deleting ends the fetch that waits with some
 * error, so after any error the topic's id is compared before the next fetch. The same check keeps a topic that is gone
 * from ending the consumer.
 */
export function strangerTopic({ ConsumerGroup }: KafkajsInternals): void {
  const prototype = ConsumerGroup.prototype;
  const recover = prototype.recoverFromFetch;
  prototype.recoverFromFetch = function recoverInDoubt(error): Promise<void> {
    hooksOf(this.cluster)?.doubtTopic();
    return recover.call(this, error);
  };
  const fetch = prototype.fetch;
  prototype.fetch = async function fetchFromKnownTopic(nodeId): Promise<readonly unknown[]> {
    const isKnown = (await hooksOf(this.cluster)?.isTopicKnown()) ?? true;
    return isKnown ? fetch.call(this, nodeId) : [];
  };
}
