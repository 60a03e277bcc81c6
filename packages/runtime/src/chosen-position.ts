import type { Consumer } from "@gluttony/model";
import type { Assignment } from "./assignment.ts";
import type { Positions } from "./ports.ts";

/** Whether a person chose from where to read a partition that is ours, and nothing was read from there yet. */
export async function isPositionChosen(
  { id, topic }: Consumer,
  { partitions, blocked }: Assignment,
  positions: Positions,
): Promise<boolean> {
  const loaded = await positions.load(id, topic);
  const ours = new Set([...partitions.map((partition) => partition.number), ...blocked.keys()]);
  return loaded.some((one) => one.isChosen === true && ours.has(one.partition));
}
