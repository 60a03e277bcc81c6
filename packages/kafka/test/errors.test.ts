import { KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } from "kafkajs";
import { expect, test } from "vitest";
import { GluttonyError } from "@gluttony/model";
import { translateError } from "../src/errors.ts";

function refusal(type: string, retriable = false): Error {
  return Object.assign(new KafkaJSProtocolError(new Error("text of the broker")), { type, retriable });
}

test.each([
  ["UNKNOWN_TOPIC_OR_PARTITION", "kafka.topic_missing"],
  ["UNKNOWN_MEMBER_ID", "kafka.session_lost"],
  ["ILLEGAL_GENERATION", "kafka.session_lost"],
  ["TOPIC_AUTHORIZATION_FAILED", "kafka.refused"],
])("the broker's %s becomes %s", (type, code) => {
  expect(translateError(refusal(type)).code).toBe(code);
});

test.each(["GROUP_LOAD_IN_PROGRESS", "LEADER_NOT_AVAILABLE"])(
  "the broker's %s passes, so it is told as unreachable",
  (type) => {
    expect(translateError(refusal(type, true))).toMatchObject({ code: "kafka.unreachable", facts: { type } });
  },
);

test("what lies under retries decides", () => {
  const cause = new KafkaJSConnectionError("no", { broker: "127.0.0.1:1" });
  const retries = new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 5, retryTime: 100 });

  const error = translateError(Object.assign(retries, { cause }), { topic: "t" });

  expect(error).toMatchObject({ code: "kafka.unreachable", facts: { topic: "t" }, cause: retries });
});

test("ours pass unchanged, and strangers are unexpected", () => {
  const ours = new GluttonyError("kafka.topic_missing");

  expect(translateError(ours)).toBe(ours);
  expect(translateError(new TypeError("x")).code).toBe("internal.unexpected");
  expect(translateError("thrown text").code).toBe("internal.unexpected");
});

test("causes that go in a circle end", () => {
  const error = new Error("x");
  error.cause = error;

  expect(translateError(error).code).toBe("internal.unexpected");
});
