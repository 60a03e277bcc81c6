import { expect, test } from "vitest";
import type { ColumnValue } from "../../src/index.ts";
import { changesOf } from "../../src/testing/index.ts";
import { holdsValueOf } from "../../src/testing/leaked-values.ts";

const changes = changesOf({ table: "patient", keyColumns: ["id"] });

test.each<[string, ColumnValue, string]>([
  ["a name", "Zhang San", "saw Zhang San"],
  ["a text that is escaped in JSON", 'the "red" one', JSON.stringify({ line: 'the "red" one' })],
  ["a long number", 123_456, "patient 123456"],
  ["a big number", 1_234_567_890n, '{"id":"1234567890"}'],
  ["a member of a struct", { street: "Main Street" }, "in Main Street"],
  ["an item of an array", ["none", "Allergy"], "has Allergy"],
])("%s is found", (_what, value, text) => {
  expect(holdsValueOf(text, changes.insert({ id: 1n, value }))).toBe(true);
  expect(holdsValueOf(text, changes.delete({ id: 1n, value }))).toBe(true);
  expect(holdsValueOf("saw a change", changes.insert({ id: 1n, value }))).toBe(false);
});

test.each<[string, ColumnValue, string]>([
  ["a yes", true, '{"isFull":true}'],
  ["a null", null, '{"rule":null}'],
  ["a short text", "abc", "abc"],
  ["a year", 2026, "2026-01-01"],
  ["a status", 503, "Answered 503."],
])("%s is not taken for a leak", (_what, value, text) => {
  expect(holdsValueOf(text, changes.insert({ id: 1n, value }))).toBe(false);
});
