import { expect, test } from "vitest";
import { Commits } from "../src/commits.ts";
import { OffsetTracker } from "../src/offset-tracker.ts";
import { Partition } from "../src/partition.ts";
import type { Advance } from "../src/ports.ts";
import { handClock } from "./support/hand-clock.ts";

test("after all was handed over a mark that moves on is not written, until it is known anew whose it is", async () => {
  const written: Advance[] = [];
  const partition = new Partition(
    { partition: 0, topicId: "T1", keyPrefix: "k", epoch: 1 },
    new OffsetTracker(0n),
  );
  const positions = {
    load: async () => [],
    begin: async () => {},
    advance: async (_consumer: string, _topic: string, advances: readonly Advance[]) => {
      written.push(...advances);
      return new Set(advances.map((one) => one.partition));
    },
  };
  const commits = new Commits({ positions, source: { commit: async () => {} } as never }, handClock(), {
    consumerId: "1",
    topic: "t",
    partitions: () => [partition],
    waitingLanes: () => [],
    subjectOf: () => "",
    onSaved: () => {},
    onLost: () => {},
    onTrouble: (error) => {
      throw error;
    },
  });

  partition.tracker.endHolesUpTo(2n);
  await commits.handOver();
  // Control records that were still on their way.
  partition.tracker.endHolesUpTo(3n);
  await commits.commit();
  const beforeAnew = written.map(({ to }) => to);
  commits.resume();
  await commits.commit();

  expect(beforeAnew).toEqual([2n]);
  expect(written.map(({ to }) => to)).toEqual([2n, 3n]);
});
