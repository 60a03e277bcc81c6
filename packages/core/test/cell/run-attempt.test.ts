import { defineHandler, HandlerError, type TargetResponse } from "@gluttony/sdk";
import type { Codec } from "@gluttony/sdk/codecs";
import { expect, test } from "vitest";
import { AttemptSignal } from "../../src/cell/attempt-signal.ts";
import { runAttempt } from "../../src/cell/run-attempt.ts";

const change = {
  operation: "insert",
  key: null,
  before: null,
  after: {},
  source: {
    connector: "postgresql",
    name: "n",
    database: "d",
    schema: "s",
    table: "t",
    committedAtMs: null,
    position: null,
    isSnapshot: false,
    transactionId: null,
  },
  coordinates: { topic: "t", partition: 0, offset: 0n },
  unavailable: new Set<string>(),
} as const;
const codec: Codec = { name: "fixed", decode: () => change };
const answer: TargetResponse = {
  status: 503,
  headers: {},
  body: new Uint8Array(),
  text: () => "",
  json: () => null,
};
const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const noSteps = {
  claim: () => Promise.reject(new Error("No step here.")),
  finish: () => Promise.reject(new Error("No step here.")),
  release: () => Promise.reject(new Error("No step here.")),
};

function attempt(error: HandlerError, url: string | null) {
  const handler = defineHandler({
    name: "h",
    handle: async (_change, context) => {
      if (url !== null) await context.fetch(url);
      throw error;
    },
  });
  const record = {
    topic: "t",
    partition: 0,
    offset: 0n,
    timestampMs: 0,
    key: null,
    value: null,
    headers: [],
  };
  return runAttempt(
    {
      handler,
      record,
      config: {},
      consumer: "c",
      attempt: 1,
      idempotencyKey: "k",
      signal: new AttemptSignal(),
    },
    {
      codec,
      log: () => silent,
      rootUrl: "file:///release/",
      steps: () => noSteps,
      asks: () => ({ ask: () => Promise.reject(new Error("Nobody asks here.")) }),
      fetch: async () => answer,
    },
  );
}

test("a failure that may pass names the target that was called, also when the handler did not", async () => {
  const result = await attempt(
    new HandlerError("transient", "answered 503"),
    "http://target.example:81/path?x=1",
  );

  expect(result).toMatchObject({
    kind: "failed",
    failure: { kind: "transient", target: "http://target.example:81" },
  });
});

test("the handler's own word on the target stays", async () => {
  const result = await attempt(
    new HandlerError("ambiguous", "lost", { target: "http://other" }),
    "http://target.example",
  );

  expect(result).toMatchObject({ failure: { target: "http://other" } });
});

test("without a call, or for a record that is bad in itself, no target is blamed", async () => {
  const withoutCall = await attempt(new HandlerError("transient", "busy"), null);
  const bad = await attempt(new HandlerError("record", "bad"), "http://target.example");

  for (const result of [withoutCall, bad]) {
    expect(result.kind === "failed" && result.failure.target).toBeUndefined();
  }
});
