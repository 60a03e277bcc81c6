import fc from "fast-check";
import { expect, test } from "vitest";
import { EventPlace } from "../../src/streams/event-place.ts";
import { sseFrame } from "../../src/streams/sse-frame.ts";

/** What ends lines somewhere, and what begins a field of a stream. */
const breaking = fc.constantFrom(
  ...[
    "\r",
    "\n",
    "\r\n",
    "\n\n",
    "\u2028",
    "\u2029",
    "\u0085",
    "\u000b",
    "\u0000",
    "data: ",
    "id: 9",
    "event: end",
    ":",
  ],
  ...["<script>", "</script>", "\ud800", "张三", "\u001b[31m"],
);
const hostileText = fc.array(breaking, { maxLength: 8 }).map((parts) => parts.join(""));
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    hostileText,
    fc.dictionary(hostileText, tie("value"), { maxKeys: 3 }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
})).value;

/** The messages of a stream, as the standard reads them. */
function parse(
  stream: string,
): readonly { readonly id: string; readonly event: string; readonly data: string }[] {
  const messages: { id: string; event: string; data: string }[] = [];
  let now = { id: "", event: "", data: "" };
  for (const line of stream.split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (now.data !== "") messages.push(now);
      now = { id: "", event: "", data: "" };
      continue;
    }
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/su.exec(line) ?? [];
    if (field === "id" || field === "event" || field === "data") now[field] += value;
  }
  return messages;
}

test("nothing in a message can end its frame, begin a field, or change what it says", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostileText, hostile), { minLength: 1, maxLength: 5 }), (messages) => {
      const stream = messages.map(([id, data]) => sseFrame({ id, event: "event", data: { data } })).join("");

      const read = parse(stream);

      expect(read).toHaveLength(messages.length);
      read.forEach(({ id, event, data }, index) => {
        expect(event).toBe("event");
        expect(id).toMatch(/^[\w.-]*$/);
        expect(data).not.toMatch(/[\u2028\u2029]/);
        expect(JSON.parse(data)).toEqual(JSON.parse(JSON.stringify({ data: messages[index]?.[1] })));
      });
    }),
  );
});

test("a number that is missing is asked for again, until its transaction cannot end any more", () => {
  const place = new EventPlace(10n);

  place.saw(11n, 0);
  place.saw(14n, 0);
  expect([place.last, place.missing, place.resumeAt]).toEqual([14n, [12n, 13n], 11n]);
  place.saw(13n, 10);
  expect([place.last, place.missing, place.resumeAt]).toEqual([14n, [12n], 11n]);
  place.forget(60_000);
  expect([place.missing, place.resumeAt]).toEqual([[], 14n]);
  expect(place.skipTo(20n)).toBe(6n);
  place.saw(10_000_000n, 0);
  expect(place.missing.length).toBeLessThanOrEqual(1_000);
});
