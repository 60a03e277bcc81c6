import { expect, test } from "vitest";
import { Turnstile } from "../src/turnstile.ts";

test("as many as allowed are inside, the others enter in their order", () => {
  const turnstile = new Turnstile(1, 2);
  const entered: string[] = [];
  for (const name of ["a", "b", "c"]) turnstile.queue(() => entered.push(name));
  expect(entered).toEqual(["a"]);

  turnstile.leave();
  turnstile.leave();
  expect(entered).toEqual(["a", "b", "c"]);

  turnstile.leave();
  expect(turnstile.isIdle).toBe(true);
});

test("a full queue refuses, and whoever gives up makes room", () => {
  const turnstile = new Turnstile(1, 1);
  const enter = (): void => undefined;
  turnstile.queue(enter);
  const giveUp = turnstile.queue(enter);

  expect(turnstile.queue(enter)).toBeNull();

  giveUp?.();
  expect(turnstile.queue(enter)).not.toBeNull();
});
