// What a failed attempt costs besides: reading its places in the cell, and counting it in the host. An attempt that goes well
// does neither.
import { failureOf } from "../../packages/core/dist/cell/failure-of.js";
import { ErrorTally } from "../../packages/runtime/dist/errors/error-tally.js";
import { compare } from "./compare.mjs";

const failures = 1_000;
const where = { signal: { aborted: false, reason: undefined }, rootUrl: `${new URL(".", import.meta.url)}` };
const elsewhere = { ...where, rootUrl: "file:///elsewhere/" };
const tried = { record: { topic: "t", partition: 0, offset: 1n }, release: "bench@1.0.0" };
const failure = { kind: "record", code: "bench.refused", message: "", frames: ["handle index.js:1:1"] };

class Refused extends Error {
  kind = "record";
  code = "bench.refused";
}

const manyTimes = (work) => () => {
  for (let index = 0; index < failures; index += 1) work();
};
const tally = new ErrorTally();

compare(
  "a failed attempt, per failure",
  {
    "throw and catch alone": manyTimes(() => {
      try {
        throw new Refused("refused");
      } catch (error) {
        return error.code;
      }
    }),
    "and tell its places": manyTimes(() => {
      try {
        throw new Refused("refused");
      } catch (error) {
        return failureOf(error, where);
      }
    }),
    "with a stack of nobody's files": manyTimes(() => {
      try {
        throw new Refused("refused");
      } catch (error) {
        return failureOf(error, elsewhere);
      }
    }),
    "count it": manyTimes(() => tally.note(failure, tried, 1)),
  },
  { perRound: 5, units: failures },
);
