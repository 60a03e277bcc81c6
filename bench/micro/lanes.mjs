// Lanes without any work in them: many keys, few keys, one key.
import { Lanes } from "../../packages/runtime/dist/lanes.js";
import { compare } from "./compare.mjs";

const tasks = 2_000;
const slots = 64;
const ended = Promise.resolve({ kind: "ended" });

for (const keys of [50_000, 100, 1]) {
  const names = Array.from({ length: tasks }, (_, index) => `=${(index * 7_919) % keys}`);
  const times = [];
  for (let round = 0; round < 15; round += 1) times.push(await timeOf(names));
  const micros = times.toSorted((a, b) => a - b)[7] / tasks;
  process.stdout.write(`lanes, ${String(keys).padStart(6)} keys: ${micros.toFixed(3)} µs a task\n`);
}

compare(
  "lanes, pushed while held, per task",
  {
    "push into lanes of their own": () => pushHeld((index) => `=${index}`),
    "push into one lane": () => pushHeld(() => "=1"),
  },
  { perRound: 20, units: tasks },
);

async function timeOf(names) {
  let left = tasks;
  let finish;
  const all = new Promise((resolve) => {
    finish = resolve;
  });
  const run = () => {
    left -= 1;
    if (left === 0) finish();
    return ended;
  };
  const lanes = new Lanes(slots, { run, later: () => () => {} });
  const before = process.cpuUsage();
  for (const name of names) lanes.push(name, 0);
  await all;
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function pushHeld(nameOf) {
  const lanes = new Lanes(slots, { run: () => ended, later: () => () => {} });
  lanes.hold();
  for (let index = 0; index < tasks; index += 1) lanes.push(nameOf(index), index);
}
