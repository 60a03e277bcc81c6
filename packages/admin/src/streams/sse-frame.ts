/** One message of an event stream (WHATWG HTML, server-sent events). */
export interface SseMessage {
  /** Where a client that comes back goes on. Letters, digits, `-`, `_` and `.` only. */
  readonly id?: string | undefined;
  readonly event: SseEvent;
  readonly data: unknown;
}

/** The kinds of messages, so that no name of one comes from outside. */
export type SseEvent = "hello" | "event" | "dropped" | "record" | "state" | "gap" | "place" | "end";

/** Says nothing; keeps proxies from closing a stream that is quiet. */
export const heartbeat = ": beat\n\n";

/**
 * Writes a message as one frame. JSON escapes every line feed and carriage return in a text, so that nothing in `data` can end
 * the line or begin a field; U+2028 and U+2029 end lines in no stream, but in scripts, and are escaped, too. Pure.
 */
export function sseFrame({ id, event, data }: SseMessage): string {
  const json = (JSON.stringify(data) ?? "null")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
  const place = id === undefined ? "" : `id: ${id.replaceAll(/[^\w.-]/g, "")}\n`;
  return `${place}event: ${event}\ndata: ${json}\n\n`;
}
