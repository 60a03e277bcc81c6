import { HandlerError } from "@gluttony/sdk";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { failureOf } from "../../src/cell/failure-of.ts";

const where = { signal: new AbortController().signal, rootUrl: fileURLToPath(new URL(".", import.meta.url)) };

test("an error with a kind speaks for itself, whichever copy of the SDK made it", () => {
  const options = { code: "empi.rejected", retryAfterMs: 5, target: "http://empi" };
  const ours = new HandlerError("transient", "EMPI answered 503", options);
  const theirs = { ...options, kind: "transient", message: "EMPI answered 503" };

  const expected = { kind: "transient", message: "EMPI answered 503", ...options };
  expect([failureOf(ours, where), failureOf(theirs, where)]).toEqual([expected, expected]);
});

test("the message of an unclassified error is not told, only its class and its place", () => {
  const failure = failureOf(new RangeError("Zhang San\n    at file:///x.js:1:1"), where);

  expect(failure).toMatchObject({ kind: "transient", code: "handler.threw" });
  expect(failure.message).toMatch(/^The handler threw RangeError at failure-of\.test\.ts:\d+:\d+\.$/);
});

test("after the deadline an error counts as giving up", () => {
  const late = AbortSignal.abort(new DOMException("late", "TimeoutError"));

  expect(failureOf(new Error("x"), { ...where, signal: late })).toMatchObject({ code: "handler.deadline" });
});

test("a value that answers with traps is a failure like any other", () => {
  const trap = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
    },
  ); // prettier-ignore

  expect(failureOf(trap, where)).toMatchObject({ kind: "transient", code: "handler.threw" });
});

test("whatever is thrown becomes a failure of one bounded line", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (thrown) => {
      const { message } = failureOf(thrown, where);

      expect(message.length).toBeLessThan(600);
      expect(message).not.toMatch(/\n/);
    }),
  );
});
