// The test of Parallel Consumer's README: 10,000 records of one partition, each 0 to 5 ms, 100 slots, first to last
// record. It is told twice: of the first records of a fresh process, and of the last of several times as many, when
// nothing is compiled any more.
import { paceOf } from "../ledger.mjs";
import { drain } from "./drain.mjs";

const slots = 100;
const records = 10_000;
const limitMs = 60_000;
/** Sets of records in a run: all but the last one warm up. */
const rounds = 4;

function readmeTest(keys) {
  return {
    name: `readme-${keys}`,
    title: `README test: 0 to 5 ms a record, one partition, ${keys} key(s), ${slots} slots`,
    peers: ["gluttony-cell", "gluttony-cell-twin", "gluttony-inline", "parallel-consumer", "franz-go"],
    /** Keys bound it as slots do: that many records can be under way. */
    bound: ({ meanServiceUs }) => (Math.min(keys, slots) / meanServiceUs) * 1e6,
    line: ({ coldSeconds, warmSeconds, serialSeconds }) =>
      `first ${coldSeconds.toFixed(2)} s, last ${warmSeconds.toFixed(2)} s, one after another ${serialSeconds.toFixed(2)} s`,
    async measure(stage, peer, { size }) {
      const count = keys === 1 ? size.serialRecords : records;
      const { entries, ...figures } = await drain(stage, peer, {
        set: { count: keys === 1 ? count : count * rounds, keys, partitions: 1, distribution: "uniform" },
        delay: { delayMinUs: 0, delayMaxUs: 5_000 },
        slots,
        windowMs: limitMs,
        keepsEntries: true,
      });
      // In the order of arrival, so that a part's time begins with its own first record.
      const [cold, warm] = [paceOf(entries.slice(0, count)), paceOf(entries.slice(-count))];
      return {
        ...figures,
        coldSeconds: cold.seconds,
        warmSeconds: warm.seconds,
        serialSeconds: warm.serialSeconds,
      };
    },
  };
}

export const readmeRows = [readmeTest(1), readmeTest(1_000), readmeTest(10_000)];
