import { GluttonyError } from "@gluttony/model";
import { expect, test } from "vitest";
import { Assignment } from "../src/assignment.ts";
import type { AssignedPartition, Positions } from "../src/ports.ts";

const emptied = new GluttonyError("kafka.offset_out_of_range", { partition: 1 });

function assigned(partition: number): AssignedPartition {
  return { partition, topicId: "T1", partitions: 2, committed: null, logStart: 0n, logEnd: 5n };
}

function assignmentOf(): Assignment {
  const positions: Positions = {
    load: async () => [],
    begin: async () => {},
    advance: async () => new Set(),
  };
  return new Assignment(
    positions,
    { consumerId: "1", topic: "t", startFrom: "earliest" },
    { drain: async () => {}, prepare: async () => {}, dropLost: () => {}, goOn: () => {}, fail: () => {} },
  );
}

test("what blocks a partition is told as long as it is ours", async () => {
  const assignment = assignmentOf();
  await assignment.onAssigned([assigned(0), assigned(1)], 1);

  assignment.onBlocked(1, emptied);
  expect([...assignment.blocked.keys()]).toEqual([1]);

  assignment.onRevoked([1]);
  expect(assignment.blocked.size).toBe(0);
});

test("a block that is told after its partition was lost is its next owner's to say", async () => {
  const assignment = assignmentOf();
  await assignment.onAssigned([assigned(1)], 1);

  assignment.onLost();
  assignment.onBlocked(1, emptied);
  await assignment.onAssigned([assigned(0)], 2);

  expect(assignment.blocked.size).toBe(0);
});
