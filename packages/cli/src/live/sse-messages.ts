/** One message of an event stream. */
export interface SseMessage {
  readonly event: string;
  readonly data: string;
  /** The last that was given, also by a message before; null before the first. */
  readonly lastId: string | null;
}

/** Characters of one message; a longer one is left out. */
const messageLengthMax = 8 * 1024 * 1024;

/** Reads the messages of an event stream (WHATWG HTML, server-sent events) as they come. Comments say nothing. */
export async function* sseMessages(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SseMessage> {
  const decoder = new TextDecoder();
  let rest = "";
  let lastId: string | null = null;
  let isTooLong = false;
  for await (const chunk of chunks) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const message: SseMessage | null = isTooLong ? null : messageOf(block, lastId);
      isTooLong = false;
      if (message === null) continue;
      ({ lastId } = message);
      yield message;
    }
    if (rest.length > messageLengthMax) {
      isTooLong = true;
      rest = "";
    }
  }
}

/** Null for a comment. Pure. */
function messageOf(block: string, lastId: string | null): SseMessage | null {
  const fields = new Map<string, string[]>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    if (name === "") continue;
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const data = fields.get("data");
  if (data === undefined) return null;
  return {
    event: fields.get("event")?.at(-1) ?? "message",
    data: data.join("\n"),
    lastId: fields.get("id")?.at(-1) ?? lastId,
  };
}
