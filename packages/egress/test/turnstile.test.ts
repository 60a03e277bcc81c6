import { expect, test } from "vitest";
import { Turnstile } from "../src/turnstile.ts";

test("as many as allowed are inside, the others enter in their order", () => {
  const turnstile = new Turnstile(1, 2);
  const entered: string[] = [];
  expect(turnstile.enter()).toBe(true);
  expect(turnstile.enter()).toBe(false);
  for (const name of ["b", "c"]) turnstile.wait("one", () => entered.push(name));

  turnstile.leave();
  turnstile.leave();
  expect(entered).toEqual(["b", "c"]);

  turnstile.leave();
  expect(turnstile.isIdle).toBe(true);
});

test("a full queue refuses, and whoever gives up makes room", () => {
  const turnstile = new Turnstile(1, 1);
  const enter = (): void => undefined;
  turnstile.enter();
  const giveUp = turnstile.wait("one", enter);

  expect(turnstile.wait("one", enter)).toBeNull();

  giveUp?.();
  expect(turnstile.wait("one", enter)).not.toBeNull();
});

test("parties enter in turn, whatever their backlog", () => {
  const turnstile = new Turnstile(1, 10);
  const entered: string[] = [];
  turnstile.enter();
  for (const name of ["a1", "a2", "a3"]) turnstile.wait("a", () => entered.push(name));
  for (const name of ["b1", "b2"]) turnstile.wait("b", () => entered.push(name));
  turnstile.wait("c", () => entered.push("c1"));

  for (let turn = 0; turn < 6; turn += 1) turnstile.leave();

  expect(entered).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
});

test("one party's full queue keeps nobody else out", () => {
  const turnstile = new Turnstile(1, 2);
  turnstile.enter();
  for (let count = 0; count < 2; count += 1) turnstile.wait("a", () => undefined);

  expect(turnstile.wait("a", () => undefined)).toBeNull();
  expect(turnstile.wait("b", () => undefined)).not.toBeNull();
});

test("a party whose last one gives up leaves no place behind", () => {
  const turnstile = new Turnstile(1, 2);
  const entered: string[] = [];
  turnstile.enter();
  const giveUp = turnstile.wait("a", () => entered.push("a1"));
  giveUp?.();
  turnstile.wait("a", () => entered.push("a2"));
  giveUp?.();

  turnstile.leave();
  turnstile.leave();

  expect(entered).toEqual(["a2"]);
  expect(turnstile.isIdle).toBe(true);
});

test("a queue of any length empties when everybody in it leaves at once", () => {
  const turnstile = new Turnstile(1, 20_000);
  let entered = 0;
  const enter = (): void => {
    entered += 1;
    turnstile.leave();
  };
  turnstile.enter();
  for (let count = 0; count < 20_000; count += 1) turnstile.wait("a", () => enter());

  turnstile.leave();

  expect(entered).toBe(20_000);
  expect(turnstile.isIdle).toBe(true);
});
