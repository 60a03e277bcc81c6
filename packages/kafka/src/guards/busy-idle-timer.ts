import type { KafkajsInternals } from "./kafkajs-internals.ts";

/**
 * Prevents a timer that arms itself again every millisecond on every idle connection (tulios/kafkajs#1604), which
 * costs some 3 % of a core. Nothing is missed: queueing a request schedules the check itself.
 */
export function busyIdleTimer({ RequestQueue }: KafkajsInternals): void {
  const prototype = RequestQueue.prototype;
  const schedule = prototype.scheduleCheckPendingRequests;
  prototype.scheduleCheckPendingRequests = function scheduleUnlessIdle(): void {
    if (this.pending.length > 0) schedule.call(this);
  };
}
