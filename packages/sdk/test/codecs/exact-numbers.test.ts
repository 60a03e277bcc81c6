import { describe, expect, test } from "vitest";
import { debeziumJson } from "../../src/codecs/index.ts";
import type { Change } from "../../src/index.ts";
import { decimalText } from "../support/decimal-text.ts";
import { envelopeText, recordOf } from "../support/records.ts";

function changeOf(after: string, key = '{"id":1}'): Change {
  const decoded = debeziumJson.decode(recordOf(key, envelopeText("c", "null", after)));
  if (!("operation" in decoded)) throw new Error(JSON.stringify(decoded));
  return decoded;
}

describe("a number without a schema", () => {
  test.each([
    "12345678901234567890.0123456789",
    "1234567890.1234567890",
    "0.123456789012345678901234567890",
    "-99999999999999999999999999999.99",
    "3.14159265358979323846",
  ])("of more digits than a double has is a decimal: %s", (text) => {
    const { after } = changeOf(`{"id":1,"d":${text},"list":[1,${text}],"in":{"d":${text}}}`);

    expect(decimalText(after?.["d"] ?? null)).toBe(text);
    expect(JSON.stringify(after?.["list"])).toBe(`[1,"${text}"]`);
    expect(JSON.stringify(after?.["in"])).toBe(`{"d":"${text}"}`);
  });

  test.each([
    ["0.1", 0.1],
    ["0.30000000000000004", 0.300_000_000_000_000_04],
    ["1.7976931348623157E308", Number.MAX_VALUE],
    ["4.9E-324", Number.MIN_VALUE],
    ["1.0E20", 1e20],
    ["0.00012345678901234567", 0.000_123_456_789_012_345_67],
    ["12.50", 12.5],
  ])("that a double can be is a number: %s", (text, value) => {
    expect(changeOf(`{"id":1,"d":${text}}`).after).toEqual({ id: 1, d: value });
  });

  test("is as exact in the key, and beside integers beyond 2^53", () => {
    const text = "0.123456789012345678901234567890";
    const change = changeOf(`{"id":${text},"n":18446744073709551615}`, `{"id":${text}}`);

    expect(decimalText(change.key?.["id"] ?? null)).toBe(text);
    expect(change.after?.["n"]).toBe(18_446_744_073_709_551_615n);
  });
});
