import type { AttemptResult } from "./cell.ts";
import type { Death, KillReason } from "./death.ts";

/** The answer of nearly every attempt; one object for all of them. */
export const done: AttemptResult = { kind: "done" };

/** The answer to an attempt whose caller called it off before it was sent. */
export const calledOff: AttemptResult = {
  kind: "failed",
  failure: { kind: "transient", code: "handler.aborted", message: "The attempt was called off by the host." },
};

/** An idle cell was not heard of for too long. */
export const blockedIdle: KillReason = {
  code: "plugin.crashed",
  detail: "The idle cell's loop is blocked.",
  isLoopAlive: false,
};

/** The plugin wrote half a frame onto the cell's own descriptor: nothing behind it can be read. */
export const neverEnded: KillReason = {
  code: "plugin.protocol_violation",
  detail: "A frame was begun and never ended.",
  isLoopAlive: false,
};

/** The watchdog asks for another process. */
export const recycled: KillReason = {
  code: "plugin.crashed",
  detail: "The watchdog replaces the process.",
  isLoopAlive: true,
};

/** Why an attempt that waited for credit goes to another process: nothing died, so nobody is charged. */
export const replaced: Death = {
  code: "plugin.crashed",
  detail: "The process is replaced.",
  at: 0,
  outstanding: 0,
  isPlanned: true,
};
