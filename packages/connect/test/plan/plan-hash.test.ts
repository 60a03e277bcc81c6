import { describe, expect, test } from "vitest";
import { PLAN_LIFE_MS, planHash, requireFreshPlan } from "../../src/plan/plan-hash.ts";

const signerAt = (ms: number, key = "k") => ({ key, wallMs: () => ms });
const basis = { config: { a: "1", b: "2" }, lsn: 9_007_199_254_740_993n };

describe("a plan", () => {
  test("is applied as it was shown, whatever the order of its members, on a host with the same key", () => {
    const { hash } = planHash(basis, signerAt(0));
    const same = { lsn: 9_007_199_254_740_993n, config: { b: "2", a: "1" } };

    expect(() => requireFreshPlan(same, hash, signerAt(1))).not.toThrow();
  });

  test.each([
    ["something changed", { ...basis, config: { a: "1" } }, signerAt(1)],
    ["a large number changed by one", { ...basis, lsn: 9_007_199_254_740_992n }, signerAt(1)],
    ["it is too old", basis, signerAt(PLAN_LIFE_MS)],
    ["the key is another one", basis, signerAt(1, "other")],
  ])("is refused when %s", (_what, now, signer) => {
    const { hash } = planHash(basis, signerAt(0));

    expect(() => requireFreshPlan(now, hash, signer)).toThrow(
      expect.objectContaining({ code: "connect.plan_stale" }),
    );
  });

  test.each(["", ".", "9999999999999.", "x.y", "9999999999999.abc"])(
    "with the hash %j is refused",
    (hash) => {
      expect(() => requireFreshPlan(basis, hash, signerAt(0))).toThrow(
        expect.objectContaining({ code: "connect.plan_stale" }),
      );
    },
  );

  test("cannot be made to live longer", () => {
    const { hash } = planHash(basis, signerAt(0));
    const longer = hash.replace(String(PLAN_LIFE_MS), String(PLAN_LIFE_MS * 10));

    expect(() => requireFreshPlan(basis, longer, signerAt(PLAN_LIFE_MS + 1))).toThrow(
      expect.objectContaining({ code: "connect.plan_stale" }),
    );
  });
});
