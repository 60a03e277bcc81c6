// Small pieces of work beside each other, interleaved, with a control: the first one against itself. What counts is
// processor time, since a busy machine stretches every clock on the wall.

const rounds = 15;

/** Runs each work `perRound` times a round and prints its median; works may be batches of `unitsOf` units. */
export function compare(title, works, { perRound = 3_000, units = 1 } = {}) {
  const [baseline] = Object.keys(works);
  const times = new Map(Object.keys(works).map((name) => [name, []]));
  const control = [];
  for (let round = 0; round < rounds; round += 1) {
    // Interleaved, so that what else the machine does meets all alike.
    for (const [name, work] of Object.entries(works)) times.get(name).push(timeOf(work, perRound));
    control.push(timeOf(works[baseline], perRound));
  }
  const base = median(times.get(baseline));
  process.stdout.write(`${title}: ${rounds} rounds of ${perRound}\n`);
  for (const [name, found] of times) {
    const micros = median(found) / perRound / units;
    const ratio = (median(found) / base).toFixed(2);
    process.stdout.write(`  ${name.padEnd(44)} ${micros.toFixed(3).padStart(9)} µs  ${ratio} ×\n`);
  }
  process.stdout.write(
    `  ${"control: the first one against itself".padEnd(58)} ${(median(control) / base).toFixed(2)} ×\n`,
  );
}

function timeOf(work, perRound) {
  const before = process.cpuUsage();
  for (let count = 0; count < perRound; count += 1) work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}
