// A fixed piece of plain work; prints how long it took. Nothing but the machine can make it slower.
const rounds = 30_000_000;

let state = 1;
const startedMs = performance.now();
for (let round = 0; round < rounds; round += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
const tookMs = performance.now() - startedMs;
process.stdout.write(JSON.stringify({ tookMs, state }));
