import fc from "fast-check";
import { expect, test } from "vitest";
import { storedJson } from "../src/stored-json.ts";

test.each([
  ["half a pair", "a\ud83d", "a\ufffd"],
  ["the other half", "\ude00a", "\ufffda"],
  ["U+0000", "a\u0000b", "a\ufffdb"],
  ["a whole pair", "\u{1f600}", "\u{1f600}"],
  ["other control characters", "\u001b\r\n", "\u001b\r\n"],
  ["a backslash before what looks like an escape", "\\u0000 \\ud800", "\\u0000 \\ud800"],
  ["a backslash before half a pair", "\\\ud800", "\\\ufffd"],
])("%s is kept as Postgres can keep it", (_, text, kept) => {
  expect(JSON.parse(storedJson({ [text]: [text] }))).toEqual({ [kept]: [kept] });
});

test("whatever has nothing to replace comes back as it was", () => {
  const plain = fc.jsonValue().filter((value) => !/\\u(?:0000|d[89a-f])/.test(JSON.stringify(value)));

  fc.assert(
    fc.property(plain, (value) => {
      expect(storedJson(value)).toBe(JSON.stringify(value));
    }),
  );
});

test("no text of any characters leaves an escape that Postgres refuses", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
      const kept: unknown = JSON.parse(storedJson(text));

      expect(String(kept)).not.toMatch(/\p{Surrogate}/u);
      expect(String(kept)).not.toContain("\u0000");
      expect(String(kept)).toHaveLength(text.length);
    }),
  );
});
