import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hideValues } from "../../src/cell/hide-values.ts";

const none = { key: null, before: null, after: null };

describe("a handler's own words", () => {
  test.each([
    ["No such patient: 张三.", "No such patient: …."],
    ["EMPI answered 503 for Zhang San", "EMPI answered 503 for …"],
    ['refused: {"name":"张三","port":"port"}', 'refused: {"name":"…","…":"…"}'],
    ["the report of a port", "the report of a …"],
    [`asked /patient/${encodeURIComponent("张三")}?x`, "asked /patient/…?x"],
    ["id 4711, weight 72", "id …, weight 72"],
    ["its own number is 110101199003071234", "its own number is …"],
    ["nested deep-value and list-value", "nested … and …"],
    ["the one before was Li Si", "the one before was …"],
    ["系统繁忙", "系统繁忙"],
  ])("%j are told as %j", (words, told) => {
    const after = {
      ...{ id: 4711n, name: "张三", latin: "Zhang San", sex: "M", weight: 72, word: "port" },
      nested: { deep: "deep-value", list: ["list-value"] },
    };

    expect(hideValues(words, { ...none, after, before: { name: "Li Si" } })).toBe(told);
  });

  test("hold no value of the row in any of these writings, whatever it is", () => {
    const value = fc
      .string({ unit: "grapheme-composite", minLength: 4, maxLength: 40 })
      .filter((text) => text.trim().length >= 4 && !/^\w+$/.test(text) && !text.includes("…"));

    fc.assert(
      fc.property(value, (name) => {
        const json = JSON.stringify({ name });
        const writings = [name, json, JSON.stringify({ json }), encodeURIComponent(name)];
        for (const written of writings) {
          const told = hideValues(`It said: ${written}`, { ...none, after: { name } });
          expect(told).toContain("…");
          expect(told.slice("It said: ".length)).not.toContain(name);
        }
      }),
    );
  });

  test("stay as they are beside a row that says nothing", () => {
    const after = { id: 7, flag: true, empty: "", nothing: null, bytes: new Uint8Array([1, 2, 3, 4]) };

    expect(hideValues("HTTP 503 after 7 s, true", { ...none, after })).toBe("HTTP 503 after 7 s, true");
  });
});
