import type { AdminCollaborators } from "./ports.ts";

/** How many dead letters wait for a person or for their replay. */
export interface OpenDeadLetters {
  readonly open: string;
  /** True when there are more than were counted. */
  readonly isAtLeast: boolean;
}

/** Letters counted one by one when the store cannot count; a status must stay cheap. */
const countedMax = 200;

/** Asks the store to count, or counts the first page of each open state. */
export async function readOpenDeadLetters(
  consumerId: string,
  { deadLetters }: Pick<AdminCollaborators, "deadLetters">,
): Promise<OpenDeadLetters> {
  if (deadLetters.countOpen !== undefined) {
    return { open: String(await deadLetters.countOpen(consumerId)), isAtLeast: false };
  }
  const pages = await Promise.all([
    deadLetters.list({ consumerId, state: "parked", limit: countedMax }),
    deadLetters.list({ consumerId, state: "replaying", limit: countedMax }),
  ]);
  const counted = pages.reduce((sum, { items }) => sum + items.length, 0);
  return { open: String(counted), isAtLeast: pages.some(({ next }) => next !== null) };
}
