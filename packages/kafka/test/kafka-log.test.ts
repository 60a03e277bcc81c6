import { logLevel } from "kafkajs";
import { expect, test } from "vitest";
import { logCreatorFor } from "../src/kafka-log.ts";

type Line = readonly [string, string, unknown];

function linesOf(): { readonly lines: Line[]; readonly write: (level: logLevel, message: string) => void } & {
  quiet: boolean;
} {
  const lines: Line[] = [];
  const on =
    (level: string) =>
    (message: string, facts?: unknown): void =>
      void lines.push([level, message, facts]);
  const log = { debug: on("debug"), info: on("info"), warn: on("warn"), error: on("error") };
  const told = {
    lines,
    quiet: false,
    write(level: logLevel, message: string): void {
      const facts = { broker: "127.0.0.1:9092", payload: "a record", value: "a value" };
      const line = { namespace: "Connection", level, label: "", log: { timestamp: "", message, ...facts } };
      creator(line);
    },
  };
  const creator = logCreatorFor(log, () => told.quiet)(logLevel.INFO);
  return told;
}

test("what kafkajs calls an error is a warning, and only known fields are passed on", () => {
  const told = linesOf();

  told.write(logLevel.ERROR, "Connection error");

  expect(told.lines).toEqual([
    ["warn", "kafkajs Connection: Connection error", { broker: "127.0.0.1:9092" }],
  ]);
});

test("a line that repeats is passed on once", () => {
  const told = linesOf();

  for (let times = 0; times < 50; times++) told.write(logLevel.ERROR, "Connection error");
  told.write(logLevel.WARN, "another");

  expect(told.lines.map(([level]) => level)).toEqual(["warn", "info"]);
});

test("what is expected while the client closes is told to whoever debugs only", () => {
  const told = linesOf();
  told.quiet = true;

  told.write(logLevel.ERROR, "Connection error");

  expect(told.lines.map(([level]) => level)).toEqual(["debug"]);
});
