import { expect, test } from "vitest";
import { ParkedKeys } from "../src/parked-keys.ts";

/** Dead letters whose list the test answers by hand. */
function lettersByHand() {
  const asked: ((firsts: { readonly [subject: string]: bigint }) => void)[] = [];
  const keys = new ParkedKeys(
    {
      park: async () => undefined,
      takeReplays: async () => [],
      finishReplay: async () => ({ firstOpen: null }),
      parkedSubjects: () =>
        new Promise((resolve) =>
          asked.push((firsts) => resolve(new Map([[0, new Map(Object.entries(firsts))]]))),
        ),
    },
    "1",
  );
  const isBehind = (offset: bigint, subject: string): boolean =>
    keys.isBehind({ partition: 0, offset }, subject);
  return { keys, asked, isBehind };
}

test("what a person discarded is free again, and what was restored is not", async () => {
  const { keys, asked, isBehind } = lettersByHand();
  const loading = keys.load([0]);
  asked[0]?.({ discarded: 1n, kept: 1n });
  await loading;

  const refreshing = keys.refresh([0]);
  asked[1]?.({ kept: 1n, restored: 1n });
  await refreshing;

  expect(["discarded", "kept", "restored"].map((subject) => isBehind(9n, subject))).toEqual([
    false,
    true,
    true,
  ]);
});

test("a key that changes while the letters are being read keeps its change", async () => {
  const { keys, asked, isBehind } = lettersByHand();
  const loading = keys.load([0]);
  asked[0]?.({ freed: 1n });
  await loading;

  const refreshing = keys.refresh([0]);
  keys.add({ partition: 0, offset: 5n }, "late");
  keys.setFirst(0, "freed", null);
  asked[1]?.({ freed: 1n });
  await refreshing;

  expect([isBehind(9n, "late"), isBehind(9n, "freed")]).toEqual([true, false]);
});

test("a record that is read again and comes before what is set aside is not behind it", async () => {
  const { keys, asked, isBehind } = lettersByHand();
  const loading = keys.load([0]);
  asked[0]?.({ a: 21n });
  await loading;

  expect([isBehind(17n, "a"), isBehind(21n, "a"), isBehind(22n, "a")]).toEqual([false, false, true]);
  keys.setFirst(0, "a", 30n);
  expect([isBehind(22n, "a"), isBehind(31n, "a")]).toEqual([false, true]);
});
