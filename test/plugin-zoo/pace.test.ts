import { expect, test } from "vitest";
import { insertOf } from "../support/cells.ts";
import { cage, paceOf } from "../support/zoo.ts";

/** What the good plugin keeps of its pace. One pair of runs of several must reach it: the machine has other work, too. */
const keptShareMin = 0.95;
const pairsMax = 6;
const runMs = 800;
/** The host's loop must not be held up for as long as a heartbeat takes; on a busy machine it waits for the processor, too. */
const lateMsMax = 500;

test.each([
  ["loops", "act"],
  ["chains-microtasks", "act"],
  ["grows-objects", "act"],
  ["hoards-buffers", "act"],
  ["floods-output", "act"],
  ["forges-frames", "flood"],
  ["exits", "act"],
  ["uses-deprecated", "act"],
])("while %s has its way, another plugin keeps its pace and the host its beat", async (plugin, deed) => {
  await using zoo = await cage(plugin);
  await paceOf(zoo.calm, 300);

  let keptShare = 0;
  let worstLateMs = Number.POSITIVE_INFINITY;
  for (let pair = 0; pair < pairsMax && (keptShare < keptShareMin || worstLateMs > lateMsMax); pair += 1) {
    const alone = await paceOf(zoo.calm, runMs);
    const bad = zoo.bad.attempt(insertOf(deed, { deadlineMs: runMs, graceMs: 500 }));
    const beside = await paceOf(zoo.calm, runMs);
    keptShare = Math.max(keptShare, beside.attempts / alone.attempts);
    worstLateMs = Math.min(worstLateMs, beside.worstLateMs);
    await bad;
  }

  expect(keptShare).toBeGreaterThanOrEqual(keptShareMin);
  expect(worstLateMs).toBeLessThanOrEqual(lateMsMax);
  expect(zoo.calm.observe().crashes).toBe(0);
});
