// What a system adds to a record's way at 1,000 records a second.
import { paced } from "./paced.mjs";

export const latencyRow = {
  name: "latency",
  title: "1,000 records/s: producer to the handler's first line, target 0 ms",
  peers: [
    "gluttony-cell",
    "gluttony-cell-twin",
    "gluttony-inline",
    "kafkajs",
    "parallel-consumer",
    "franz-go",
  ],
  bound: () => null,
  line: ({ p50Ms, p99Ms }) => `p50 ${p50Ms?.toFixed(1)} ms, p99 ${p99Ms?.toFixed(1)} ms`,
  measure: (stage, peer, { size }) =>
    paced(stage, peer, { perSecond: 1_000, keys: 50_000, delayMs: 0, durationMs: size.pacedMs }),
};
