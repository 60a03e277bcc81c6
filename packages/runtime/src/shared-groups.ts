import { type ConsumerRow, parseConsumer } from "@gluttony/model";

/**
 * Finds rows that would read the same topic in the same group as an older one that is on. Kafka would split
 * the records between them, and each would lack what the other got. Answers the other's name by id. Pure.
 */
export function sharedGroups(rows: readonly ConsumerRow[]): ReadonlyMap<string, string> {
  const ownerByGroup = new Map<string, ConsumerRow>();
  const shared = new Map<string, string>();
  const byAge = rows
    .filter((row) => row.isValid)
    .toSorted((a, b) => a.creationTime.getTime() - b.creationTime.getTime());
  for (const row of byAge) {
    const parsed = parseConsumer(row);
    if ("faults" in parsed) continue;
    const place = JSON.stringify([parsed.consumer.topic, parsed.consumer.group]);
    const owner = ownerByGroup.get(place);
    if (owner === undefined) ownerByGroup.set(place, row);
    else shared.set(row.id, owner.name);
  }
  return shared;
}
