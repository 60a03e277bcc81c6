// Every row of the bench.
import { controlRows } from "./control.mjs";
import { failingKeyRow } from "./failing-key.mjs";
import { idleRows } from "./idle.mjs";
import { killRow } from "./kill.mjs";
import { latencyRow } from "./latency.mjs";
import { readmeRows } from "./readme-test.mjs";
import { throughputRows } from "./throughput.mjs";

export const rows = [
  ...controlRows,
  ...throughputRows,
  ...readmeRows,
  killRow,
  latencyRow,
  failingKeyRow,
  ...idleRows,
];

/** Rows of a look that takes six minutes at most; the others are to be named, or wait for a whole run. */
export const quickRows = [
  "control-0ms",
  "0ms",
  "5ms",
  "noop",
  "readme-1000",
  "latency",
  "key-fails",
  "idle-1",
];
