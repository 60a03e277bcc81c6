import { setTimeout as sleep } from "node:timers/promises";
import type { KafkajsConsumerGroup } from "./guards/kafkajs-internals.ts";
import { HEARTBEAT_EVERY_MS } from "./kafka-client.ts";

/**
 * Keeps the membership alive while work keeps kafkajs from fetching, and with it from its own heartbeats. The broker
 * answers "rebalance in progress" meanwhile and renews the session all the same; what it answers does not matter here.
 */
export async function whileHeartbeating<Value>(
  group: KafkajsConsumerGroup,
  work: Promise<Value>,
  onBeat: () => void,
): Promise<Value> {
  const stop = new AbortController();
  void beatUntil(stop.signal, group, onBeat);
  try {
    return await work;
  } finally {
    stop.abort();
  }
}

async function beatUntil(
  signal: AbortSignal,
  group: KafkajsConsumerGroup,
  onBeat: () => void,
): Promise<void> {
  while (await isStillOn(signal)) await beat(group).then(onBeat, () => undefined);
}

function isStillOn(signal: AbortSignal): Promise<boolean> {
  return sleep(HEARTBEAT_EVERY_MS, true, { signal }).catch(() => false);
}

async function beat(group: KafkajsConsumerGroup): Promise<void> {
  const { coordinator, groupId, memberId, generationId } = group;
  if (coordinator === null || memberId === null || generationId === null) return;
  await coordinator.heartbeat({ groupId, memberId, groupGenerationId: generationId });
}
