import { expect, test } from "vitest";
import fc from "fast-check";
import { NumberText, parseJson } from "../../src/codecs/index.ts";

test("an integer beyond 2^53 is exact wherever it stands", () => {
  const text =
    '{"a":9007199254740993,"b":[9223372036854775807,-9223372036854775808],"c":{"d":-9007199254740993}, "e" : 12345678901234567890 }';

  const parsed = parseJson(text);

  expect(parsed).toEqual({
    value: {
      a: 9_007_199_254_740_993n,
      b: [9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n],
      c: { d: -9_007_199_254_740_993n },
      e: 12_345_678_901_234_567_890n,
    },
  });
});

test("an integer of sixteen digits that a double holds stays a number", () => {
  expect(parseJson('{"ts_us":1795535320977121,"max":9007199254740991}')).toEqual({
    value: { ts_us: 1_795_535_320_977_121, max: 9_007_199_254_740_991 },
  });
});

test.each([
  '{"a":"11010519491231002123"}',
  '{"a":"x\\":12345678901234567890,"}',
  '{"a":":12345678901234567890,"}',
  '{"a,":"b","c":":12345678901234567890}"}',
  '{"a":"{\\"id\\": 12345678901234567890}"}',
  '["12345678901234567890",",12345678901234567890,"]',
  '{"a":"\\u00911234567890123456789","b":12.345678901234567890123,"c":1e400,"d":1.5e-12345678901234567890}',
  '{"a":"\u009112345678901234567890"}',
])("digits inside of a text are text: %s", (text) => {
  expect(parseJson(text)).toEqual({ value: JSON.parse(text) });
});

test("a text that holds the parser's own mark is read beside a long integer", () => {
  for (const text of [
    '{"a":"\\u0091123","b":12345678901234567890}',
    '{"a":"\u0091123","b":12345678901234567890}',
  ]) {
    expect(parseJson(text)).toEqual({ value: { a: "\u0091123", b: 12_345_678_901_234_567_890n } });
  }
});

test("a name that repeats keeps its last value", () => {
  expect(parseJson('{"a":1,"a":2}')).toEqual({ value: { a: 2 } });
  expect(parseJson('{"a":1,"a":[12345678901234567890]}')).toEqual({
    value: { a: [12_345_678_901_234_567_890n] },
  });
});

test.each(["plain", "text"] as const)("`__proto__` is a name like any other in the mode %s", (mode) => {
  const parsed = parseJson('{"__proto__":{"polluted":12345678901234567890}}', mode);

  const value = "value" in parsed ? parsed.value : null;
  expect(Object.keys(Object(value))).toEqual(["__proto__"]);
  expect(Reflect.get(Object(value), "polluted")).toBeUndefined();
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

test.each(["plain", "text"] as const)("100,000 levels are a fault and no overflow in the mode %s", (mode) => {
  expect(parseJson("[".repeat(100_000), mode)).toEqual({ fault: "record.too_deep" });
  expect(parseJson('{"a":'.repeat(100_000), mode)).toEqual({ fault: "record.too_deep" });
});

test("64 levels are taken and 65 are not, whatever stands in texts", () => {
  const nested = (depth: number): string => `${"[".repeat(depth)}"[[[[\\"[["${"]".repeat(depth)}`;

  expect(parseJson(nested(64))).toHaveProperty("value");
  expect(parseJson(nested(65))).toEqual({ fault: "record.too_deep" });
  expect(parseJson(nested(64), "text")).toHaveProperty("value");
  expect(parseJson(nested(65), "text")).toEqual({ fault: "record.too_deep" });
});

test("a wide text is not a deep one", () => {
  expect(parseJson(`[${"[],".repeat(1000)}[]]`)).toHaveProperty("value");
});

test.each([
  "",
  " ",
  "{",
  '{"a"}',
  "[1,]",
  "{,}",
  "01",
  "1.",
  "nul",
  '"a',
  '"\u0001"',
  "[1] 2",
  '"\\x"',
  "+1",
  '{"a":0123456789012345678}',
])("what is not JSON is a fault: %j", (text) => {
  expect(parseJson(text)).toEqual({ fault: "record.not_json" });
  expect(parseJson(text, "text")).toEqual({ fault: "record.not_json" });
});

test("bytes that are not UTF-8 are a fault, lone surrogates as escapes are not", () => {
  expect(parseJson(new Uint8Array([0x22, 0xff, 0x22]))).toEqual({ fault: "record.not_utf8" });
  expect(parseJson('"\\ud83d"')).toEqual({ value: "\ud83d" });
});

test("the text of a number is there when it is asked for", () => {
  expect(parseJson('[12.50,1e2,7,"1.0"]', "text")).toEqual({
    value: [new NumberText("12.50"), new NumberText("1e2"), 7, "1.0"],
  });
});

test("a text of a megabyte with escapes does not exhaust the stack", () => {
  const text = JSON.stringify({ a: '"\\'.repeat(500_000), b: 1 });

  expect(parseJson(text, "text")).toEqual({ value: JSON.parse(text) });
});

test("agrees with JSON.parse on any JSON without long integers", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const scanned = parseJson(text, "text");
      expect(parseJson(text)).toEqual({ value: exactOf(JSON.parse(text)) });
      expect(scanned).toHaveProperty("value");
    }),
  );
});

test("never throws on any text", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "\\",
    "1",
    "12345678901234567890",
    "-",
    ".",
    "e",
    " ",
    "a",
    "null",
    "\uf8ff",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      const isJson = tryParse(text);
      expect("value" in parseJson(text)).toBe(isJson);
      expect("value" in parseJson(text, "text")).toBe(isJson);
    }),
    { numRuns: 2000 },
  );
});

/** `JSON.stringify` prints great numbers as integers, which are exact here. */
function exactOf(value: unknown): unknown {
  if (typeof value === "number") {
    const printed = JSON.stringify(value);
    return /^-?\d+$/.test(printed) && !Number.isSafeInteger(value) ? BigInt(printed) : value;
  }
  if (Array.isArray(value)) return value.map(exactOf);
  if (typeof value !== "object" || value === null) return value;
  const copy = {};
  for (const [name, member] of Object.entries(value)) {
    Object.defineProperty(copy, name, { value: exactOf(member), enumerable: true });
  }
  return copy;
}

function tryParse(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("a run of sixteen digits is found wherever it stands, and one of fifteen is no long integer", () => {
  for (let before = 0; before < 40; before += 1) {
    const name = "x".repeat(before);

    const long = parseJson(`{"${name}":9007199254740993}`);
    const short = parseJson(`{"${name}":900719925474099}`);

    expect(long).toEqual({ value: { [name]: 9007199254740993n } });
    expect(short).toEqual({ value: { [name]: 900719925474099 } });
  }
});
