// npm run fuzz: tries the decoders on inputs that are made from a corpus by chance and by coverage, and stops at the first
// crash, hang, broken promise or growth of memory. What failed is written as a file that --replay runs again.
import { parseArgs } from "node:util";
import { replay } from "./replay.mjs";
import { runFuzz } from "./run-fuzz.mjs";

const usage = `npm run fuzz -- --minutes 5 [--workers 2] [--seed 1] [--grow]   a run; --grow keeps what it found in the corpus
npm run fuzz -- --seconds 10                                     a short one
npm run fuzz -- --replay FILE                                    one input that failed, again`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    seconds: { type: "string" },
    workers: { type: "string", default: "2" },
    seed: { type: "string", default: "1" },
    grow: { type: "boolean", default: false },
    replay: { type: "string" },
    plant: { type: "string" },
  },
});

process.exitCode = await main();

async function main() {
  if (values.replay !== undefined) return replay(values.replay, say);
  const seconds = Number(values.seconds ?? Number(values.minutes) * 60);
  if (!(seconds > 0)) {
    say(usage);
    return 2;
  }
  const settings = {
    seconds,
    workers: Number(values.workers),
    seed: Number(values.seed),
    grow: values.grow,
    plant: values.plant ?? null,
  };
  return (await runFuzz(settings, say)) ? 0 : 1;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
