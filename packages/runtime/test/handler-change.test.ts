import type { ConsumerRow } from "@gluttony/model";
import { expect, test } from "vitest";
import { differsInHandlerOnly } from "../src/handler-change.ts";

const row: ConsumerRow = {
  id: "1",
  name: "patients",
  connString: null,
  dataSource: "postgresql",
  captureSchema: "his",
  captureTable: "patient",
  topic: "t",
  group: "g",
  handlerFunc: "empi",
  globalKey: ["id"],
  isValid: true,
  count: 0n,
  creationTime: new Date(0),
  configuration: { handler: { url: "a" }, delivery: { concurrency: 4 } },
  revision: 1n,
};

test.each<[string, Partial<ConsumerRow>]>([
  ["the handler", { handlerFunc: "npm:@acme/other@^2" }],
  ["its settings", { configuration: { handler: { url: "b" }, delivery: { concurrency: 4 } } }],
  ["settings that were not there", { configuration: { delivery: { concurrency: 4 } } }],
  ["what every write raises", { revision: 2n, count: 7n }],
])("%s may change while records run", (_what, change) => {
  expect(differsInHandlerOnly(row, { ...row, ...change })).toBe(true);
});

test.each<[string, Partial<ConsumerRow>]>([
  ["the topic", { topic: "u" }],
  ["the group", { group: "h" }],
  ["the name", { name: "others" }],
  ["whether it runs", { isValid: false }],
  ["the ordering key", { globalKey: ["id", "site"] }],
  ["the connection string", { connString: "enc:v1:x" }],
  ["how it delivers", { configuration: { handler: { url: "a" }, delivery: { concurrency: 5 } } }],
  ["a configuration that nobody can read", { configuration: "{}" }],
])("%s needs a new start", (_what, change) => {
  expect(differsInHandlerOnly(row, { ...row, ...change })).toBe(false);
});
