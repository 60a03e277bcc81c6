import { expect, test } from "vitest";
import { TargetBreakers, type TargetWord } from "../src/breakers.ts";
import { handClock } from "./support/hand-clock.ts";

const target = "http://target";
const good: TargetWord = { isGood: true, isPlain: false, record: "r", retryAfterMs: 0 };
const bad = (record: string): TargetWord => ({ ...good, isGood: false, record });
const plain: TargetWord = { ...bad("r"), isPlain: true };

function breakers() {
  const clock = handClock();
  const told: string[] = [];
  const subject = new TargetBreakers(clock, () => 1);
  subject.subscribe((_target, what) => told.push(what));
  return { clock, told, subject };
}

test("failures in a row of several records open the breaker, and calls are refused until the probe", () => {
  const { clock, subject, told } = breakers();

  for (const record of ["a", "b", "a", "b", "a"]) subject.note(target, bad(record));

  expect(subject.isUp(target)).toBe(false);
  expect(subject.admit(target)).toEqual({ retryAfterMs: 1_000 });
  expect(subject.observe()).toMatchObject([{ target, breaker: "open" }]);
  clock.pass(1_000);
  expect(told).toEqual(["probe"]);
  expect(subject.admit(target)).toBeNull();
  expect(subject.admit(target)).not.toBeNull();
});

test("the failures of one record alone say nothing of the target", () => {
  const { subject } = breakers();

  for (let attempt = 0; attempt < 50; attempt += 1) subject.note(target, bad("a"));

  expect(subject.isUp(target)).toBe(true);
});

test("a target that is plainly not at service is down for one record as for many", () => {
  const { subject } = breakers();

  for (let attempt = 0; attempt < 5; attempt += 1) subject.note(target, plain);

  expect(subject.isUp(target)).toBe(false);
});

test("half of the latest answers failing opens it, a fifth does not", () => {
  const { subject } = breakers();
  for (let index = 0; index < 40; index += 1) subject.note(target, index % 5 === 0 ? bad(`${index}`) : good);
  expect(subject.isUp(target)).toBe(true);

  for (let index = 0; index < 20; index += 1) subject.note(target, index % 2 === 0 ? bad(`${index}`) : good);

  expect(subject.isUp(target)).toBe(false);
});

test("a probe that fails opens it for twice as long, one that succeeds closes it and tells so", () => {
  const { clock, subject, told } = breakers();
  for (let attempt = 0; attempt < 5; attempt += 1) subject.note(target, plain);
  clock.pass(1_000);
  subject.admit(target);

  subject.note(target, plain);

  expect(subject.probeInMs(target)).toBe(2_000);
  clock.pass(2_000);
  subject.admit(target);
  subject.note(target, good);
  expect(subject.isUp(target)).toBe(true);
  expect(subject.admit(target)).toBeNull();
  expect(told).toEqual(["probe", "probe", "closed"]);
});

test("a probe that tells nothing is given up, and another one may go", () => {
  const { clock, subject, told } = breakers();
  for (let attempt = 0; attempt < 5; attempt += 1) subject.note(target, plain);
  clock.pass(1_000);
  subject.admit(target);

  clock.pass(15_000);

  expect(told).toEqual(["probe", "probe"]);
  expect(subject.admit(target)).toBeNull();
});

test("a target that asks for time gets it, but never more than half a minute", () => {
  const { subject } = breakers();

  for (let attempt = 0; attempt < 5; attempt += 1) subject.note(target, { ...plain, retryAfterMs: 10 ** 9 });

  expect(subject.probeInMs(target)).toBe(30_000);
});

test("whoever waits for a good answer is told of the next one, once", () => {
  const { subject, told } = breakers();
  subject.note(target, good);
  subject.awaitGood(target);

  subject.note(target, bad("a"));
  subject.note(target, good);
  subject.note(target, good);

  expect(told).toEqual(["good"]);
});

test("it is remembered when a target answered well, and whom that helps", () => {
  const { clock, subject } = breakers();
  clock.pass(500);

  subject.note(target, good);

  expect(subject.hasAnsweredSince(target, 400)).toBe(true);
  expect(subject.hasAnsweredSince(target, 600)).toBe(false);
  expect(subject.hasAnsweredSince(undefined, 600)).toBe(true);
});
