import { type DeliverySettings, GluttonyError, type Position } from "@gluttony/model";
import type { AssignedPartition, StartPosition } from "./ports.ts";

/** What is remembered of the consumer's topic. */
export interface Memory {
  /** This partition's entry, if it was ever read. */
  readonly position: Position | undefined;
  /** Whether any partition of the topic was ever read. */
  readonly hasOthers: boolean;
  /** How many partitions the topic had at the consumer's first start; null when that is not known. */
  readonly partitionsAtStart: number | null;
}

/** How many partitions a topic had when a consumer first read it: what its hosts noted then. Pure. */
export function partitionsAtStartOf(remembered: readonly Position[]): number | null {
  const counts = remembered.flatMap(({ partitionsAtStart }) => partitionsAtStart ?? []);
  return counts.length === 0 ? null : Math.max(...counts);
}

/**
 * Says where reading begins. Our own memory decides: marks are remembered before they are committed, so a
 * committed offset behind the memory is a crash in between, and one ahead of it was moved from outside.
 * A reset policy applies only to the very first start. Pure.
 */
export function startPositionOf(
  assigned: AssignedPartition,
  memory: Memory,
  policy: DeliverySettings["startFrom"],
): StartPosition {
  const { position } = memory;
  if (position === undefined) return firstStart(assigned, memory, policy);
  const facts = {
    partition: assigned.partition,
    mark: String(position.mark),
    committed: assigned.committed === null ? null : String(assigned.committed),
    logStart: String(assigned.logStart),
    logEnd: String(assigned.logEnd),
  };
  if (position.topicId !== assigned.topicId) {
    return {
      kind: "blocked",
      error: new GluttonyError("kafka.topic_recreated", {
        ...facts,
        topicId: assigned.topicId,
        remembered: position.topicId,
      }),
    };
  }
  // A person chose the mark: it stands against what the group had committed before.
  const isMoved = assigned.committed !== null && assigned.committed > position.mark;
  if (isMoved && position.isChosen !== true) {
    return { kind: "blocked", error: new GluttonyError("kafka.offset_moved", facts) };
  }
  return withinLog(position.mark, assigned);
}

function firstStart(
  assigned: AssignedPartition,
  memory: Memory,
  policy: DeliverySettings["startFrom"],
): StartPosition {
  if (assigned.committed !== null) return withinLog(assigned.committed, assigned);
  const { partitionsAtStart } = memory;
  if (partitionsAtStart !== null && assigned.partition >= partitionsAtStart) {
    return { kind: "blocked", error: partitionsAdded(assigned, partitionsAtStart) };
  }
  // It may have been added: then it holds changes that nobody has seen, whatever the policy says.
  const mayBeAdded = memory.hasOthers && partitionsAtStart === null;
  const fromStart = policy === "earliest" || mayBeAdded;
  return { kind: "start", offset: fromStart ? assigned.logStart : assigned.logEnd };
}

/** Keys have moved to it from other partitions, where older records of them may still wait: a person decides. */
function partitionsAdded(
  { partition, partitions, logStart, logEnd }: AssignedPartition,
  partitionsAtStart: number,
): GluttonyError {
  return new GluttonyError("kafka.partitions_added", {
    partition,
    partitionsAtStart,
    partitionsNow: partitions,
    logStart: String(logStart),
    logEnd: String(logEnd),
  });
}

function withinLog(offset: bigint, assigned: AssignedPartition): StartPosition {
  if (offset >= assigned.logStart && offset <= assigned.logEnd) return { kind: "start", offset };
  return {
    kind: "blocked",
    error: new GluttonyError("kafka.offset_out_of_range", {
      partition: assigned.partition,
      position: String(offset),
      logStart: String(assigned.logStart),
      logEnd: String(assigned.logEnd),
    }),
  };
}
