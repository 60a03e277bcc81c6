import type { CellMachine } from "./cell-machine.ts";

/** Limits of cells. Tests shorten the waits; a host uses {@link defaultCellOptions}. */
export interface CellOptions {
  /** Milliseconds until a missing greeting is worth a log line. */
  readonly greetingMs: number;
  /** Milliseconds from the spawn until the handlers are set up; a busy machine needs more than a quiet one. */
  readonly startMs: number;
  /** Attempts that a cell may hold at once. */
  readonly recordsMax: number;
  /** Bytes of records that a cell may hold at once; one larger record is let through alone. */
  readonly bytesMax: number;
  /** Records and bytes after which a batch is cut. */
  readonly batchRecordsMax: number;
  readonly batchBytesMax: number;
  /** Milliseconds without any frame after which an idle cell counts as blocked. */
  readonly silenceMs: number;
  /** How often resident memory is read, and how much a bare Node process may take beside the plugin's share. */
  readonly memoryCheckMs: number;
  readonly memoryOverheadBytes: number;
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  /**
   * Crashes within the window after which the plugin is quarantined, and records that were found to kill its process:
   * a few are poison, many mean that the plugin is bad.
   */
  readonly crashesMax: number;
  readonly guiltyRecordsMax: number;
  readonly crashWindowMs: number;
  /**
   * Whether the plugin's own output is logged also after it has seen a record. Off by default: what a plugin
   * prints then may hold row values.
   */
  readonly logsOutput: boolean;
  /** What the machine gives; the host's own Node and every fence there is when it is left out. */
  readonly machine?: CellMachine;
}

export const defaultCellOptions: CellOptions = {
  greetingMs: 5_000,
  startMs: 15_000,
  recordsMax: 512,
  bytesMax: 64 * 1024 * 1024,
  batchRecordsMax: 256,
  batchBytesMax: 1024 * 1024,
  silenceMs: 30_000,
  memoryCheckMs: 1_000,
  memoryOverheadBytes: 160 * 1024 * 1024,
  backoffFirstMs: 500,
  backoffMaxMs: 60_000,
  crashesMax: 5,
  guiltyRecordsMax: 30,
  crashWindowMs: 600_000,
  logsOutput: false,
};
