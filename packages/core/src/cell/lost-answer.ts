import type { Pending } from "./attempt-queue.ts";
import type { Death, KillReason, Lost } from "./death.ts";

/** How a process ended, and what it held. */
export interface Wreck {
  readonly death: Death;
  /** When and why the host killed it; undefined when it died by itself. */
  readonly kill: (KillReason & { readonly at: number }) | undefined;
  readonly sent: readonly Pending[];
}

/** Says how far one attempt may be to blame for the end of its process. Pure. */
export function lostAnswer(pending: Pending, { death, kill, sent }: Wreck): Lost {
  const isLoopAlive = kill?.isLoopAlive === true;
  // The time of the kill counts, since dying takes a while.
  const killedAt = kill?.at ?? death.at;
  const isDeadline = death.code === "handler.deadline";
  const isOverdue = isDeadline && killedAt >= hardAtOf(pending);
  const others = sent.filter((other) => other !== pending);
  const wasAlone = others.length === 0;
  const missedAlone = !others.some((other) => killedAt >= hardAtOf(other));
  return {
    kind: "lost",
    death,
    wasAlone,
    // With a live loop every handler but the overdue ones is known to be innocent.
    isSuspect: isDeadline && isLoopAlive ? isOverdue : true,
    missedDeadline: isOverdue && (wasAlone || (isLoopAlive && missedAlone)),
  };
}

/** The answer for an attempt that the process never received. */
export function neverSent(death: Death): Lost {
  return { kind: "lost", death, isSuspect: false, wasAlone: false, missedDeadline: false };
}

function hardAtOf(pending: Pending): number {
  return pending.softAt + pending.request.consumer.graceMs;
}
