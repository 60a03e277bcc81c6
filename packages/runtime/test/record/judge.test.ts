import fc from "fast-check";
import { expect, test } from "vitest";
import { judge } from "../../src/record/judge.ts";

const policy = { attemptsMax: 3, backoffFirstMs: 100, backoffMaxMs: 1_000 };
const trial = { attempt: 1, isTargetUp: true, jitter: 1 };
const failure = (kind: "transient" | "ambiguous" | "record" | "auth" | "config") => ({
  kind,
  code: "x",
  message: "",
});

test("a transient failure waits as long as the target asked", () => {
  const verdict = judge({ ...failure("transient"), retryAfterMs: 2_000 }, trial, policy);

  expect(verdict).toEqual({ do: "retry", afterMs: 2_000 });
});

test("a target cannot ask for days", () => {
  const verdict = judge({ ...failure("transient"), retryAfterMs: 10 ** 9 }, trial, policy);

  expect(verdict).toEqual({ do: "retry", afterMs: 900_000 });
});

test("a record that fails by itself is parked at once", () => {
  expect(judge(failure("record"), trial, policy)).toMatchObject({ do: "park" });
});

test.each(["auth", "config"] as const)("%s blocks the consumer at any attempt", (kind) => {
  expect(judge(failure(kind), { ...trial, attempt: 99 }, policy)).toMatchObject({ do: "block" });
});

test.each(["transient", "ambiguous"] as const)(
  "%s is parked when attempts ran out and the target is up",
  (kind) => {
    expect(judge(failure(kind), { ...trial, attempt: 3 }, policy)).toMatchObject({ do: "park" });
  },
);

test("nothing is parked while its target is down", () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom("transient" as const, "ambiguous" as const), (attempt, kind) => {
      expect(judge(failure(kind), { attempt: attempt + 1, isTargetUp: false, jitter: 0.5 }, policy).do).toBe(
        "retry",
      );
    }),
  );
});

test("waits grow to the maximum and never exceed it without the target's word", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, jitter) => {
        const verdict = judge(failure("transient"), { attempt, isTargetUp: false, jitter }, policy);
        expect(verdict.do === "retry" && verdict.afterMs >= 1 && verdict.afterMs <= 1_000).toBe(true);
      },
    ),
  );
});
