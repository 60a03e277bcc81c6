// The tracker of one partition: begun in order, finished in order, shuffled within a window, or behind one that is stuck.
import { OffsetTracker } from "../../packages/runtime/dist/offset-tracker.js";
import { randomOf } from "../workload.mjs";
import { compare } from "./compare.mjs";

const offsets = 2_000;
const done = { kind: "done" };
const inOrder = Array.from({ length: offsets }, (_, index) => BigInt(index));
const shuffled = shuffledWithin(inOrder, 256);

compare(
  "offset tracker, per offset",
  {
    "begin and finish in order": () => track(inOrder),
    "finish shuffled within 256": () => track(shuffled),
    "finish all but the first, then the first": () => track([...inOrder.slice(1), 0n]),
  },
  { perRound: 20, units: offsets },
);

function track(order) {
  const tracker = new OffsetTracker(0n);
  for (const offset of inOrder) tracker.begin(offset);
  for (const offset of order) tracker.finish(offset, done);
  if (tracker.mark !== BigInt(offsets)) throw new Error("The mark did not arrive.");
}

function shuffledWithin(list, window) {
  const random = randomOf(3);
  const result = [...list];
  for (let from = 0; from < result.length; from += window) {
    const part = result.slice(from, from + window).map((value) => ({ value, at: random() }));
    result.splice(from, window, ...part.toSorted((a, b) => a.at - b.at).map(({ value }) => value));
  }
  return result;
}
