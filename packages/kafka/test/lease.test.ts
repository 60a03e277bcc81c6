import { expect, test } from "vitest";
import { Lease } from "../src/lease.ts";

const member = { groupId: "g", memberId: "m", groupGenerationId: 4 };

function held(): Lease {
  const lease = new Lease(12_000);
  lease.begin(member);
  lease.renew(member, 1_000);
  return lease;
}

test("a lease lasts one session from when the answered heartbeat was sent", () => {
  const lease = held();

  expect([1_000, 12_999, 13_000, 60_000].map((nowMs) => lease.isHeld(nowMs))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test("there is none before the first answer, after the end, and after a refusal", () => {
  const [fresh, ended, refused] = [new Lease(12_000), held(), held()];
  fresh.begin(member);
  ended.end();
  refused.refuse(member);

  expect([fresh, ended, refused].map((lease) => lease.isHeld(1_001))).toEqual([false, false, false]);
});

test("an answer to a heartbeat of an earlier generation neither renews nor ends it", () => {
  const lease = held();
  const earlier = { ...member, groupGenerationId: 3 };

  lease.renew(earlier, 20_000);
  lease.refuse({ ...member, memberId: "other" });

  expect([lease.isHeld(12_999), lease.isHeld(20_001)]).toEqual([true, false]);
});

test("answers that come in another order than they were sent do not shorten it", () => {
  const lease = held();

  lease.renew(member, 5_000);
  lease.renew(member, 3_000);

  expect(lease.isHeld(16_999)).toBe(true);
});
