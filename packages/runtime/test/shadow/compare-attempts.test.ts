import type { AttemptResult, ShapedCall } from "@gluttony/core";
import { describe, expect, test } from "vitest";
import { compareAttempts, isTelling } from "../../src/shadow/compare-attempts.ts";

const done: AttemptResult = { kind: "done" };
const post: ShapedCall = { method: "POST", origin: "http://empi", path: "/patients" };
const get: ShapedCall = { method: "GET", origin: "http://empi", path: "/patients/*" };

function failed(code: string): AttemptResult {
  return { kind: "failed", failure: { kind: "record", code, message: "Anna Meier is not known." } };
}

describe("an attempt of a shadow", () => {
  test("is the same when the outcome is, and the calls are in any order", () => {
    const same = compareAttempts({ result: done, calls: [post, get] }, { result: done, calls: [get, post] });
    const failures = compareAttempts(
      { result: failed("target.refused"), calls: [] },
      { result: failed("target.refused"), calls: [] },
    );

    expect([same.kind, failures.kind]).toEqual(["same", "same"]);
  });

  test("differs by kind, by rule and by code of its outcome, and no message is told", () => {
    const threw = compareAttempts(
      { result: done, calls: [] },
      { result: failed("handler.threw"), calls: [] },
    );
    const rule = compareAttempts(
      { result: { kind: "filtered", rule: "no ward" }, calls: [] },
      { result: { kind: "filtered", rule: "left\u0000" }, calls: [] },
    );

    expect(threw).toEqual({ kind: "outcome", live: "done", shadow: "failed handler.threw" });
    expect(rule).toEqual({ kind: "outcome", live: "filtered no ward", shadow: "filtered left?" });
  });

  test("differs by its calls when the outcome is the same; the words leave paths out", () => {
    const more = compareAttempts({ result: done, calls: [post] }, { result: done, calls: [post, post, get] });
    const path = compareAttempts(
      { result: done, calls: [post] },
      { result: done, calls: [{ ...post, path: "/v2/patients" }] },
    );
    const none = compareAttempts({ result: done, calls: [post] }, { result: done, calls: [] });

    expect(more).toEqual({
      kind: "calls",
      live: "POST http://empi",
      shadow: "GET http://empi, POST http://empi ×2",
    });
    expect(path).toEqual({ kind: "calls", live: "POST http://empi", shadow: "POST http://empi" });
    expect(none.shadow).toBe("no call");
  });

  test("says nothing when the host called it off", () => {
    const tells = ["handler.aborted", "handler.lease_lost", "handler.threw"].map((code) =>
      isTelling({ result: failed(code), calls: [] }),
    );

    expect(tells).toEqual([false, false, true]);
  });
});
