import { expect, test } from "vitest";
import { ShadowTally } from "../../src/shadow/shadow-tally.ts";

test("the same is counted together, and what was taken is gone", () => {
  const tally = new ShadowTally();
  const same = { kind: "same", live: "done", shadow: "done" } as const;
  tally.note(same);
  tally.note(same);
  tally.note({ ...same, kind: "outcome", shadow: "failed x" });

  const taken = tally.take();

  expect(taken).toEqual([
    { ...same, count: 2 },
    { kind: "outcome", live: "done", shadow: "failed x", count: 1 },
  ]);
  expect(tally.take()).toEqual([]);
});

test("a plugin that invents codes without end fills nothing, and the sum stays right", () => {
  const tally = new ShadowTally();

  for (let at = 0; at < 1_000; at += 1)
    tally.note({ kind: "outcome", live: "done", shadow: `failed code-${at}` });
  const taken = tally.take();

  expect(taken).toHaveLength(65);
  expect(taken.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  expect(taken.at(-1)).toMatchObject({ kind: "other", count: 936 });
});
