import { expect, test } from "vitest";
import type { ReadText, WantedFile } from "../../src/diagnostics/bundle-file.ts";
import { gatherFiles } from "../../src/diagnostics/gather-files.ts";

const limits = { bytesMax: 100, fileBytesMax: 60, timeMs: 1_000 };
const tools = { hide: (text: string): string => text, now: (): number => 0 };

function wanted(path: string, read: () => Promise<ReadText>): WantedFile {
  return { path, source: `from ${path}`, read };
}

const saying = (path: string, text: string): WantedFile => wanted(path, async () => ({ text }));

test("what fits is taken, in its order, and what does not is named with its reason", async () => {
  const { files, left } = await gatherFiles(
    [
      saying("a", "x".repeat(60)),
      saying("large", "x".repeat(61)),
      saying("b", "x".repeat(41)),
      saying("c", "x".repeat(40)),
      wanted("refused", async () => ({ code: "request.not_permitted" })),
      wanted("broken", async () => {
        throw new Error("Zhang San");
      }),
    ],
    limits,
    tools,
  );

  expect(files.map(({ path }) => path)).toEqual(["a", "c"]);
  expect(left).toEqual([
    { path: "large", source: "from large", reason: "too_large", code: null },
    { path: "b", source: "from b", reason: "no_room", code: null },
    { path: "refused", source: "from refused", reason: "refused", code: "request.not_permitted" },
    { path: "broken", source: "from broken", reason: "failed", code: null },
  ]);
});

test("bytes are counted, not characters, and after secrets were taken out", async () => {
  const { files, left } = await gatherFiles(
    [saying("a", "张".repeat(21)), saying("b", "secret".repeat(11))],
    limits,
    {
      ...tools,
      hide: (text) => text.replaceAll("secret", "*"),
    },
  );

  expect(left.map(({ path }) => path)).toEqual(["a"]);
  expect(files.map(({ bytes }) => bytes.toString())).toEqual(["*".repeat(11)]);
});

test("one that never answers costs no more than the time there is, and the rest is not asked", async () => {
  let asked = 0;
  const { files, left } = await gatherFiles(
    [
      saying("a", "x"),
      wanted("silent", () => new Promise(() => undefined)),
      wanted("later", async () => {
        asked += 1;
        return { text: "x" };
      }),
    ],
    { ...limits, timeMs: 30 },
    { ...tools, now: () => performance.now() },
  );

  expect(files.map(({ path }) => path)).toEqual(["a"]);
  expect(left.map(({ path, reason }) => [path, reason])).toEqual([
    ["silent", "in_time"],
    ["later", "in_time"],
  ]);
  expect(asked).toBe(0);
});
