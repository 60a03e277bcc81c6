import { expect, test } from "vitest";
import { type LaneStep, Lanes } from "../src/lanes.ts";

interface Run {
  readonly task: string;
  end(step?: LaneStep): Promise<void>;
}

/** Lanes whose runs end when the test says so and whose waits end by hand. */
function handDriven(slots: number) {
  const runs: Run[] = [];
  const waits: (() => void)[] = [];
  const lanes = new Lanes<string>(slots, {
    run: (task) =>
      new Promise((resolve) => {
        runs.push({
          task,
          end: async (step = { kind: "ended" }) => {
            resolve(step);
            await new Promise((later) => setImmediate(later));
          },
        });
      }),
    later: (_ms, callback) => {
      waits.push(callback);
      return () => undefined;
    },
  });
  return { lanes, runs, waits, started: () => runs.map((run) => run.task) };
}

test("one key's tasks run one at a time and in order", async () => {
  const { lanes, runs, started } = handDriven(8);
  lanes.push("a", "a1");
  lanes.push("a", "a2");
  lanes.push("b", "b1");

  expect(started()).toEqual(["a1", "b1"]);
  await runs[0]?.end();
  expect(started()).toEqual(["a1", "b1", "a2"]);
});

test("no more than the slots run at once, and lanes take turns", async () => {
  const { lanes, runs, started } = handDriven(1);
  for (const task of ["a1", "a2", "b1"]) lanes.push(task[0] ?? "", task);

  await runs[0]?.end();

  expect(started()).toEqual(["a1", "b1"]);
});

test("a lane that waits for its next attempt holds no slot and keeps its order", async () => {
  const { lanes, runs, waits, started } = handDriven(1);
  for (const task of ["a1", "a2", "b1"]) lanes.push(task[0] ?? "", task);

  await runs[0]?.end({ kind: "again", afterMs: 1_000 });
  expect(started()).toEqual(["a1", "b1"]);
  expect(lanes.waiting).toBe(1);
  await runs[1]?.end();
  expect(started()).toEqual(["a1", "b1"]);
  waits[0]?.();

  expect(started()).toEqual(["a1", "b1", "a1"]);
});

test("nothing starts while held, and what waited starts on release", () => {
  const { lanes, started } = handDriven(2);
  lanes.hold();
  lanes.push("a", "a1");

  expect(started()).toEqual([]);
  lanes.release();
  expect(started()).toEqual(["a1"]);
});

test("dropped tasks never run, also those of a lane that waits", async () => {
  const { lanes, runs, waits, started } = handDriven(1);
  for (const task of ["a1", "a2", "b1", "b2"]) lanes.push(task[0] ?? "", task);
  await runs[0]?.end({ kind: "again", afterMs: 1 });

  lanes.drop((task) => task.startsWith("a") || task === "b2");
  waits[0]?.();
  await runs[1]?.end();

  expect(started()).toEqual(["a1", "b1"]);
  expect(lanes.waiting).toBe(0);
  lanes.push("a", "a3");
  expect(started()).toEqual(["a1", "b1", "a3"]);
});

test("idle is when nothing runs, also while a lane waits", async () => {
  const { lanes, runs } = handDriven(2);
  lanes.push("a", "a1");
  let isIdle = false;
  const idle = lanes.whenIdle().then(() => {
    isIdle = true;
  });

  expect(isIdle).toBe(false);
  await runs[0]?.end({ kind: "again", afterMs: 1 });
  await idle;
  expect(isIdle).toBe(true);
});
