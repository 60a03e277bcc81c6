/**
 * Ends one call from outside; the same shape as the core's port. The caller sets `isStopped` and stops the listener,
 * which whoever performs the call has set.
 */
export interface CallStop {
  readonly isStopped: boolean;
  listener: { stop(): void } | null;
}

/** A stop that follows a signal, until it is let go. */
export function stopBy(signal: AbortSignal): { readonly stop: CallStop; readonly letGo: () => void } {
  const stop: { isStopped: boolean; listener: { stop(): void } | null } = {
    isStopped: signal.aborted,
    listener: null,
  };
  const onAbort = (): void => {
    stop.isStopped = true;
    stop.listener?.stop();
  };
  signal.addEventListener("abort", onAbort, { once: true });
  return { stop, letGo: () => signal.removeEventListener("abort", onAbort) };
}
