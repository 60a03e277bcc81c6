import { expect, test } from "vitest";
import type { GroupMember } from "../src/ports.ts";
import { Strangers } from "../src/strangers.ts";
import { handClock } from "./support/hand-clock.ts";
import { MemorySource, silentLog } from "./support/memory-ports.ts";

const ours = { clientId: "gluttony-host-a", host: "/127.0.0.1" };
const stranger = { clientId: "kafkajs", host: "/10.0.0.7" };

async function watched(membersByLook: readonly (readonly GroupMember[])[]): Promise<readonly string[]> {
  const clock = handClock();
  const told: string[] = [];
  const source = new MemorySource([0]);
  const strangers = new Strangers(clock, silentLog, ({ clientId }) => told.push(clientId));
  for (const members of membersByLook) {
    source.listed = members;
    clock.pass(30_000);
    strangers.look(source);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return told;
}

test("a stranger in the group is told once, and again when it comes back", async () => {
  expect(await watched([[ours, stranger], [ours, stranger], [ours], [ours, stranger]])).toEqual([
    "kafkajs",
    "kafkajs",
  ]);
});

test("hosts of ours are no strangers", async () => {
  expect(await watched([[ours, { ...ours, clientId: "gluttony-host-b" }]])).toEqual([]);
});
