/** Why an exchange was ended by us. */
export type EndedBy = "timeout" | "aborted";

/**
 * Calls `onEnd` once, when the time is over or the caller's signal is aborted, whichever comes first; at once (in a
 * microtask) if the signal is aborted already. Returns what cancels it. It covers everything of an exchange: waiting
 * for a turn, the connection, the headers and the body.
 */
export function startDeadline(
  timeoutMs: number,
  signal: AbortSignal | null,
  onEnd: (by: EndedBy) => void,
): () => void {
  let isOver = false;
  const cancel = (): void => {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  const end = (by: EndedBy): void => {
    if (isOver) return;
    cancel();
    onEnd(by);
  };
  const onAbort = (): void => end("aborted");
  const timer = setTimeout(() => end("timeout"), timeoutMs);
  if (signal?.aborted === true) queueMicrotask(onAbort);
  else signal?.addEventListener("abort", onAbort, { once: true });
  return cancel;
}
