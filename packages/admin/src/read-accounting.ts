import { type ConsumerRow, parseConsumer } from "@gluttony/model";
import type { AdminCollaborators } from "./ports.ts";
import { type Accounting, accountingOf } from "./views/accounting.ts";

/** Reads the account of the topic that the consumer reads now. */
export async function readAccounting(
  row: ConsumerRow,
  { positions, filteredCounts }: Pick<AdminCollaborators, "positions" | "filteredCounts">,
): Promise<Accounting> {
  const topic = topicOf(row);
  const loaded = topic === null ? [] : await positions.load(row.id, topic);
  return accountingOf(loaded, await filteredCounts(row.id));
}

// A row that cannot be read may still have run before somebody spoiled it.
function topicOf(row: ConsumerRow): string | null {
  const parsed = parseConsumer(row);
  return "consumer" in parsed ? parsed.consumer.topic : row.topic;
}
