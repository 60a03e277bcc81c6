import { expect, test } from "vitest";
import { type SseMessage, sseMessages } from "../../src/live/sse-messages.ts";

async function read(...chunks: readonly (string | Uint8Array)[]): Promise<readonly SseMessage[]> {
  async function* bytes() {
    for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
  }
  const messages: SseMessage[] = [];
  for await (const message of sseMessages(bytes())) messages.push(message);
  return messages;
}

test("messages are read across chunks, comments say nothing, and the last id stays", async () => {
  const messages = await read(
    "id: a.0-1\nevent: hel",
    "lo\ndata: {}\n\n: beat\n\nevent: record\ndata: 1\ndata: 2\n\n",
  );

  expect(messages).toEqual([
    { event: "hello", data: "{}", lastId: "a.0-1" },
    { event: "record", data: "1\n2", lastId: "a.0-1" },
  ]);
});

test("a character that two chunks share is whole, and what has no end is not told", async () => {
  const bytes = Buffer.from("data: 在院\n\ndata: cut");

  const messages = await read(bytes.subarray(0, 7), bytes.subarray(7));

  expect(messages).toEqual([{ event: "message", data: "在院", lastId: null }]);
});

test("a message without end is left out, and the next is read", async () => {
  const long = "x".repeat(8 * 1024 * 1024 + 1);

  expect(await read(`data: ${long}`, "\n\ndata: next\n\n")).toEqual([
    { event: "message", data: "next", lastId: null },
  ]);
});
