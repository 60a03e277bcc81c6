import fc from "fast-check";
import { expect, test } from "vitest";
import { judge, judgeSpent } from "../../src/record/judge.ts";

const policy = { attemptsMax: 3, backoffFirstMs: 100, backoffMaxMs: 1_000, retryAgeMaxMs: 60_000 };
const trial = {
  attempt: 1,
  failingForMs: 0,
  isTargetUp: true,
  hasTargetAnswered: true,
  isShareFull: false,
  jitter: 1,
};
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

test("a transient failure is parked when it has lasted too long, however few attempts there were", () => {
  expect(judge(failure("transient"), { ...trial, failingForMs: 60_000 }, policy)).toMatchObject({
    do: "park",
  });
});

test("a record whose attempts ran out waits for a sign of its target before it is parked", () => {
  const spent = { ...trial, attempt: 99, failingForMs: 10 ** 9 };

  const verdict = judge({ ...failure("transient"), target: "http://t" }, spent, policy);

  expect(verdict).toMatchObject({ do: "await", target: "http://t" });
  expect(judgeSpent(failure("transient"), false)).toMatchObject({ do: "park" });
  expect(judgeSpent(failure("transient"), true)).toMatchObject({ do: "block" });
});

test("when nearly every record is refused the consumer is blocked and nothing is parked", () => {
  const verdict = judge(failure("record"), { ...trial, isShareFull: true }, policy);

  expect(verdict).toMatchObject({ do: "block", failure: { kind: "config", code: "delivery.poison_rate" } });
});

test("nothing is parked while its target is down: the record is held for the target", () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.constantFrom("transient" as const, "ambiguous" as const),
      fc.boolean(),
      (attempt, kind, isShareFull) => {
        const down = { ...trial, attempt, failingForMs: attempt * 1_000, isTargetUp: false, isShareFull };

        const verdict = judge({ ...failure(kind), target: "http://t" }, down, policy);

        expect(verdict).toEqual({ do: "hold", target: "http://t" });
      },
    ),
  );
});

test("waits grow to the maximum and never exceed it without the target's word", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, jitter) => {
        const patient = { ...policy, attemptsMax: 100_000 };

        const verdict = judge(failure("transient"), { ...trial, attempt, jitter }, patient);

        expect(verdict.do === "retry" && verdict.afterMs >= 1 && verdict.afterMs <= 1_000).toBe(true);
      },
    ),
  );
});
