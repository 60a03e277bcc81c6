import { expect, test } from "vitest";
import { Pauses } from "../src/pauses.ts";

function pausesWith(): { readonly pauses: Pauses; readonly paused: Set<number> } {
  const paused = new Set<number>();
  const pauses = new Pauses({
    pause: (partitions) => partitions.forEach((partition) => paused.add(partition)),
    resume: (partitions) => partitions.forEach((partition) => paused.delete(partition)),
  });
  return { pauses, paused };
}

test("a partition goes on only when its last reason is gone", () => {
  const { pauses, paused } = pausesWith();

  pauses.add("owner", [1, 2]);
  pauses.add("queue", [1]);
  pauses.remove("owner", [1, 2]);
  expect([...paused]).toEqual([1]);
  pauses.remove("queue", [1]);

  expect([...paused]).toEqual([]);
});

test("the owner cannot resume a partition that is blocked", () => {
  const { pauses, paused } = pausesWith();

  pauses.add("blocked", [0]);
  pauses.remove("owner", [0]);

  expect([...paused]).toEqual([0]);
});

test("a partition that is let go keeps no reason for when it comes back", () => {
  const { pauses, paused } = pausesWith();
  pauses.add("blocked", [0]);
  pauses.add("owner", [0]);

  pauses.clear([0, 5]);
  expect([...paused]).toEqual([]);
  pauses.add("queue", [0]);
  pauses.remove("queue", [0]);

  expect([...paused]).toEqual([]);
});
