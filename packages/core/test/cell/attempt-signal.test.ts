import { expect, test } from "vitest";
import { AttemptSignal } from "../../src/cell/attempt-signal.ts";
import { SignalListeners } from "../../src/cell/signal-listeners.ts";

test("the handler sees the same signal, whether it looked before the end or after it", () => {
  const before = new AttemptSignal();
  const seen = before.signal;
  before.abort("deadline");
  const after = new AttemptSignal();
  after.abort("host");
  after.abort("deadline");

  expect(before.signal).toBe(seen);
  expect([seen.aborted, seen.reason]).toMatchObject([true, { name: "TimeoutError" }]);
  expect([after.signal.aborted, after.signal.reason]).toMatchObject([true, { name: "AbortError" }]);
  expect(() => after.throwIfAborted()).toThrow("called the attempt off");
});

test("who listens is told once, and who stopped listening is not", () => {
  const attempt = new AttemptSignal();
  const told: string[] = [];
  const leaving = { abort: () => told.push("leaving") };
  attempt.listen({ abort: () => told.push("staying") });
  attempt.listen(leaving);
  attempt.unlisten(leaving);

  attempt.abort("host");
  attempt.abort("host");

  expect(told).toEqual(["staying"]);
});

test("those who listen to one signal are told, but for those who left", () => {
  const told: string[] = [];
  const listeners = new SignalListeners();
  const controller = new AbortController();
  const [, second, third] = ["a", "b", "c"].map((name) =>
    listeners.add(controller.signal, () => told.push(name)),
  );
  listeners.add(controller.signal, () => told.push("d"));
  second?.leave();
  second?.leave();
  third?.leave();

  controller.abort();

  expect(told.toSorted()).toEqual(["a", "d"]);
});

test("nobody listens to a signal any more once all have left, and somebody may again", () => {
  const told: string[] = [];
  const listeners = new SignalListeners();
  const controller = new AbortController();

  listeners.add(controller.signal, () => told.push("first")).leave();
  listeners.add(controller.signal, () => told.push("second"));
  controller.abort();

  expect(told).toEqual(["second"]);
});
