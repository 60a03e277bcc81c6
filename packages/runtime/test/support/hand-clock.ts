import type { Clock } from "../../src/ports.ts";

/** A clock that the test moves by hand. */
export interface HandClock extends Clock {
  /** Lets time pass and calls whatever falls due, in order. */
  pass(ms: number): void;
}

export function handClock(): HandClock {
  let nowMs = 0;
  const due = new Set<{ readonly atMs: number; readonly callback: () => void }>();
  const later = (ms: number, callback: () => void): (() => void) => {
    const entry = { atMs: nowMs + ms, callback };
    due.add(entry);
    return () => due.delete(entry);
  };
  return {
    monotonicMs: () => nowMs,
    wallMs: () => nowMs,
    later,
    sleep: async (ms) => new Promise((resolve) => later(ms, resolve)),
    pass(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...due].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
        if (next === undefined) break;
        due.delete(next);
        nowMs = next.atMs;
        next.callback();
      }
      nowMs = untilMs;
    },
  };
}
