import { GluttonyError } from "@gluttony/model";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { PauseReason } from "../src/pause.ts";
import { memoryRun, recordOf } from "./support/memory-ports.ts";

const soon = { timeout: 5_000, interval: 2 };
const reason: PauseReason = { cause: new GluttonyError("consumer.paused"), sinceMs: 0 };
const keys = ["a", "b", "c"];
const deed = fc.oneof(
  fc.constant({ do: "pause" } as const),
  fc.constant({ do: "resume" } as const),
  fc.record({ do: fc.constant("feed" as const), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ do: fc.constant("fail" as const), isFailing: fc.boolean() }),
);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("however often it is paused and resumed: no call begins meanwhile, and each record ends once, in order of its key", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 14 }), async (deeds) => {
      const { run, source, cell, positions, parked, ended } = memoryRun([0], { attemptsMax: 1_000 });
      let isFailing = false;
      let fed = 0;
      const done: bigint[] = [];
      cell.answer = async ({ record }) => {
        await sleep(record.offset % 2n === 0n ? 1 : 0);
        if (isFailing && record.offset % 3n === 0n)
          return { kind: "failed", failure: { kind: "transient", code: "x.y", message: "" } };
        done.push(record.offset);
        return { kind: "done" };
      };
      for (const one of deeds) {
        if (one.do === "fail") ({ isFailing } = one);
        else if (one.do === "resume") run.resume();
        else if (one.do === "feed") {
          const offsets = Array.from({ length: one.count }, (_, index) => fed + index);
          source.feed({ records: offsets.map((offset) => recordOf(offset, keys[offset % 3] ?? "a")) });
          fed += one.count;
        } else {
          run.pause(reason);
          await vi.waitFor(() => expect(run.runningCount).toBe(0), soon);
          const asked = cell.asked.length;
          await sleep(10);
          expect(cell.asked.length).toBe(asked);
        }
      }
      isFailing = false;
      run.resume();
      await vi.waitFor(() => expect(run.endedCount).toBe(fed), soon);
      await run.stop(1_000);
      await ended;

      expect(done.toSorted((left, right) => Number(left - right))).toEqual(
        Array.from({ length: fed }, (_, offset) => BigInt(offset)),
      );
      for (const residue of [0n, 1n, 2n]) {
        const ofKey = done.filter((offset) => offset % 3n === residue);
        expect(ofKey).toEqual(ofKey.toSorted((left, right) => Number(left - right)));
      }
      expect(parked).toEqual([]);
      if (fed > 0) expect(positions.byPartition.get(0)?.mark).toBe(BigInt(fed));
    }),
    { numRuns: 30 },
  );
}, 60_000);
