import { expect, test } from "vitest";
import { BlockedRun } from "../src/blocked-run.ts";
import { DispatchGate } from "../src/dispatch-gate.ts";
import { RunHealth } from "../src/run-health.ts";
import { handClock } from "./support/hand-clock.ts";
import { silentLog } from "./support/memory-ports.ts";

const refused = { kind: "config", code: "sim.unauthorized", message: "refused" } as const;

test("one record tries every ten seconds, and at once where the one that tried came to its end without a word", () => {
  const { clock, blocked, lanes } = blockedRun();
  blocked.block(refused);

  clock.pass(9_000);
  expect(lanes.probes).toBe(0);
  clock.pass(1_000);
  expect(lanes.probes).toBe(1);
  blocked.passedOver();
  clock.pass(1);
  blocked.passedOver();
  clock.pass(1);
  expect(lanes.probes).toBe(3);
  clock.pass(9_990);
  expect(lanes.probes).toBe(3);
});

test("when nothing is left that could try, it goes on", () => {
  const { clock, blocked, lanes, health } = blockedRun();
  blocked.block(refused);
  lanes.isEmpty = true;

  blocked.passedOver();
  clock.pass(1);

  expect(lanes.isHeld).toBe(false);
  expect(health.blockedBy).toBeNull();
});

test("while nothing blocks, records that end make nobody try", () => {
  const { clock, blocked, lanes } = blockedRun();

  blocked.passedOver();
  clock.pass(20_000);

  expect(lanes.probes).toBe(0);
});

function blockedRun() {
  const clock = handClock();
  const lanes = {
    probes: 0,
    isHeld: false,
    isEmpty: false,
    hold: () => {
      lanes.isHeld = true;
    },
    release: () => {
      lanes.isHeld = false;
    },
    probe: () => {
      lanes.probes += 1;
    },
  };
  const health = new RunHealth(silentLog);
  const blocked = new BlockedRun(new DispatchGate(lanes), health, { clock, isEmpty: () => lanes.isEmpty });
  return { clock, lanes, health, blocked };
}
