import { type Consumer, GluttonyError } from "@gluttony/model";
import type { ConnectorsCollaborators } from "./ports.ts";
import type { WantedConnector } from "./wanted-connector.ts";

/** Before anything is made, so that nothing can be left behind unknown. */
export async function registerConnector(
  consumer: Consumer,
  wanted: WantedConnector,
  collaborators: ConnectorsCollaborators,
): Promise<void> {
  const { registry } = collaborators;
  const { name, slot, publication, sourceIdentity } = wanted.planned;
  const entries = await registry.list();
  const others = entries.filter((entry) => entry.topic === consumer.topic && entry.name !== name);
  const existing = new Set(await collaborators.consumerIds());
  const conflict = others.find((entry) =>
    entry.consumerIds.some((id) => id !== consumer.id && existing.has(id)),
  );
  if (conflict !== undefined) {
    throw new GluttonyError("consumer.topic_conflict", { topic: consumer.topic, connector: conflict.name });
  }
  const users = entries.find((entry) => entry.name === name)?.consumerIds ?? [];
  await registry.upsert({
    name,
    consumerIds: [...new Set([...users, consumer.id])],
    sourceIdentity,
    topic: consumer.topic,
    // A reference stays one, so that its secret can change; anything else the registry seals for itself.
    connString:
      consumer.source?.connString.startsWith("${") === true ? consumer.source.connString : wanted.connString,
    slot,
    publication,
    kind: "made",
    applied: entries.find((entry) => entry.name === name)?.applied ?? null,
  });
}
