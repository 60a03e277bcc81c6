import { HandlerError } from "@gluttony/sdk";
import fc from "fast-check";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { failureOf } from "../../src/cell/failure-of.ts";
import { parseOutcomes } from "../../src/cell/messages.ts";

const where = {
  signal: new AbortController().signal,
  rootUrl: fileURLToPath(new URL(".", import.meta.url)),
  hide: (text: string) => text,
};

test("an error with a kind speaks for itself, whichever copy of the SDK made it", () => {
  const options = { code: "empi.rejected", retryAfterMs: 5, target: "http://empi" };
  const ours = new HandlerError("transient", "EMPI answered 503", options);
  const theirs = { ...options, kind: "transient", message: "EMPI answered 503" };

  const expected = { kind: "transient", message: "EMPI answered 503", ...options };
  const { frames, ...told } = failureOf(ours, where);
  expect([told, failureOf(theirs, where)]).toEqual([expected, expected]);
  expect(frames?.[0]).toMatch(/^failure-of\.test\.ts:\d+:\d+$/);
});

test("frames name functions and places of the plugin alone, whatever the message pretends", () => {
  const error = new Error("    at Smith (/plugin/src/x.js:1:1)");
  error.stack = [
    `Error: ${error.message}`,
    "    at readPatient (file:///plugin/src/map.js:10:5)",
    "    at helper (file:///elsewhere/x.js:1:1)",
    "    at async Object.handle [as run] (file:///plugin/dist/index.js:20:7)",
    "    at Mr. Smith (file:///plugin/dist/index.js:21:7)",
    "    at file:///plugin/dist/index.js:22:7",
  ].join("\n");

  const { frames } = failureOf(error, { ...where, rootUrl: "file:///plugin/" });

  expect(frames).toEqual([
    "readPatient src/map.js:10:5",
    "Object.handle dist/index.js:20:7",
    "dist/index.js:21:7",
  ]);
});

test("an error that does not give its stack away still speaks for itself", () => {
  const error = Object.assign(new Error("refused"), { kind: "record", code: "empi.rejected" });
  Object.defineProperty(error, "stack", {
    get: () => {
      throw new Error("trap");
    },
  });

  expect(failureOf(error, where)).toEqual({ kind: "record", code: "empi.rejected", message: "refused" });
});

test("frames that a cell sends and that look like none are dropped", () => {
  const sent = ["readPatient src/map.js:10:5", "Smith, Anna", 7, "x".repeat(900), "b.js:1:1"];

  const outcomes = parseOutcomes([[1, "failed", { kind: "record", code: "x.y", message: "", frames: sent }]]);

  expect(outcomes[0]?.[1]).toMatchObject({ failure: { frames: ["readPatient src/map.js:10:5"] } });
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

test("an error with a kind tells its words without what is hidden, before they are cut", () => {
  const hide = (text: string): string => text.replaceAll("secret", "…");
  const error = new HandlerError("record", `${"secret ".repeat(400)}end`);

  const { message } = failureOf(error, { ...where, hide });

  expect(message).toMatch(/^(?:… )+/);
  expect(message).not.toContain("secr");
});
