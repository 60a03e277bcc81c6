import type { KafkajsInternals } from "./kafkajs-internals.ts";

const LENGTH_PREFIX_BYTES = 4;

/**
 * Prevents the first half of a reply, left by a connection that was cut in its middle, from being read as the start
 * of the next connection's first reply: kafkajs keeps the buffer over a reconnect, takes a length from the middle of
 * some record and either waits for bytes that never come or ends the process with a `RangeError` nobody can catch.
 */
export function misframedReply({ Connection }: KafkajsInternals): void {
  const prototype = Connection.prototype;
  const connect = prototype.connect;
  prototype.connect = async function connectUnread(): Promise<unknown> {
    if (!this.isConnected()) {
      this.chunks = [];
      this.bytesBuffered = 0;
      this.bytesNeeded = LENGTH_PREFIX_BYTES;
    }
    return connect.call(this);
  };
}
