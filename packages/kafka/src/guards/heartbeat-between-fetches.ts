import { hooksOf } from "./group-hooks.ts";
import type { KafkajsInternals } from "./kafkajs-internals.ts";

/**
 * Prevents a membership from running out because kafkajs was kept from sending heartbeats: it sends them between its
 * fetches only, so a quota or a half-open connection holds them back, and asks the clock of the wall when the next is
 * due, so that none is sent for as long as that clock was set back. The source beats by itself; kafkajs only hears the
 * broker's answer where it means to join again.
 */
export function heartbeatBetweenFetches({ ConsumerGroup }: KafkajsInternals): void {
  const prototype = ConsumerGroup.prototype;
  const heartbeat = prototype.heartbeat;
  prototype.heartbeat = async function hearLastAnswer(wish): Promise<void> {
    const hooks = hooksOf(this.cluster);
    if (hooks) hooks.checkHeartbeat();
    else await heartbeat.call(this, wish);
  };
}
