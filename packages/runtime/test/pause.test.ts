import type { Steering } from "@gluttony/model";
import { expect, test } from "vitest";
import { Pause, type PauseReason } from "../src/pause.ts";
import { handClock } from "./support/hand-clock.ts";

const steering: Steering = {
  isPaused: true,
  until: null,
  actor: "ada",
  reason: "a look at the target",
  at: new Date(0),
  restarts: 0n,
};
const dayMs = 86_400_000;

function scene() {
  const clock = handClock();
  const said: string[] = [];
  const reasons: PauseReason[] = [];
  const run = {
    pause: (reason: PauseReason): void => {
      said.push("pause");
      reasons.push(reason);
    },
    resume: (): void => void said.push("resume"),
  };
  return { clock, said, reasons, run, pause: new Pause(clock) };
}

test("a row that asks for no pause lets the run go on", () => {
  const { pause, run, said } = scene();

  pause.follow({}, run);
  pause.follow({ steering: { ...steering, isPaused: false } }, run);

  expect(said).toEqual(["resume", "resume"]);
});

test("a pause says who, why, since when and until when", () => {
  const { pause, run, reasons } = scene();

  pause.follow({ steering: { ...steering, until: new Date(9_000) } }, run);

  expect(reasons[0]?.cause).toMatchObject({
    code: "consumer.paused",
    facts: {
      by: "ada",
      reason: "a look at the target",
      since: "1970-01-01T00:00:00.000Z",
      until: "1970-01-01T00:00:09.000Z",
    },
  });
});

test("a pause with an end ends by itself, once", () => {
  const { clock, pause, run, said } = scene();

  pause.follow({ steering: { ...steering, until: new Date(9_000) } }, run);
  clock.pass(8_999);
  expect(said).toEqual(["pause"]);
  clock.pass(1);
  clock.pass(dayMs);

  expect(said).toEqual(["pause", "resume"]);
});

test("a pause of months is longer than a timer can wait, and holds all the same", () => {
  const { clock, pause, run, said } = scene();

  pause.follow({ steering: { ...steering, until: new Date(60 * dayMs) } }, run);
  clock.pass(59 * dayMs);
  expect(new Set(said)).toEqual(new Set(["pause"]));
  clock.pass(dayMs);

  expect(said.at(-1)).toBe("resume");
});

test("an end that was put off, or taken away, is not kept", () => {
  const { clock, pause, run, said } = scene();

  pause.follow({ steering: { ...steering, until: new Date(5_000) } }, run);
  pause.follow({ steering }, run);
  clock.pass(dayMs);

  expect(said).toEqual(["pause", "pause"]);
});

test("a run that is over is not resumed", () => {
  const { clock, pause, run, said } = scene();

  pause.follow({ steering: { ...steering, until: new Date(5_000) } }, run);
  pause.forget();
  clock.pass(dayMs);

  expect(said).toEqual(["pause"]);
});
