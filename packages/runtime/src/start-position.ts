import { type DeliverySettings, GluttonyError, type Position } from "@gluttony/model";
import type { AssignedPartition, StartPosition } from "./ports.ts";

/** What is remembered of the consumer's topic. */
export interface Memory {
  /** This partition's entry, if it was ever read. */
  readonly position: Position | undefined;
  /** Whether any partition of the topic was ever read: then a partition without an entry was added later. */
  readonly hasOthers: boolean;
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
  // A partition that was added later holds changes that nobody has seen, whatever the policy says.
  const fromStart = policy === "earliest" || memory.hasOthers;
  return { kind: "start", offset: fromStart ? assigned.logStart : assigned.logEnd };
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
