// Records per second against a target of a fixed delay, and without a target.
import { drain } from "./drain.mjs";

const everyone = [
  "gluttony-cell",
  "gluttony-cell-twin",
  "gluttony-inline",
  "kafkajs",
  "parallel-consumer",
  "franz-go",
];

/** A row whose handler posts each record. */
function posting(name, delayMs, slots) {
  return {
    name,
    title: `${delayMs} ms × ${slots} slots, one POST a record`,
    peers: everyone,
    bound: (figures) =>
      figures.meanServiceUs > 0 && delayMs > 0 ? (slots / figures.meanServiceUs) * 1e6 : null,
    measure: (stage, peer, { size, distribution }) =>
      drain(stage, peer, {
        set: { count: size.records, keys: 50_000, partitions: 12, distribution },
        delay: { delayMinUs: delayMs * 1_000, delayMaxUs: delayMs * 1_000 },
        slots,
        windowMs: size.windowMs,
      }),
  };
}

export const throughputRows = [
  posting("0ms", 0, 64),
  posting("5ms", 5, 64),
  posting("50ms", 50, 256),
  {
    name: "noop",
    title: "no target: every record parsed, nothing done, 64 slots",
    peers: ["gluttony-cell", "gluttony-cell-twin", "gluttony-inline", "kafkajs-loop"],
    bound: () => null,
    measure: (stage, peer, { size, distribution }) =>
      drain(stage, peer, {
        set: { count: size.parsedRecords, keys: 50_000, partitions: 12, distribution },
        delay: {},
        slots: 64,
        handler: "none",
        windowMs: size.windowMs * 2,
      }),
  },
];
