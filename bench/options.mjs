// What the command line asks for.
import { parseArgs } from "node:util";

/** Records, windows and repetitions: a look, or figures to quote. */
const sizes = {
  quick: {
    runs: 1,
    records: 60_000,
    parsedRecords: 150_000,
    windowMs: 6_000,
    serialRecords: 2_000,
    idleMs: 8_000,
    pacedMs: 5_000,
    quietBudgetMs: 20_000,
  },
  full: {
    runs: 3,
    records: 150_000,
    parsedRecords: 500_000,
    windowMs: 12_000,
    serialRecords: 10_000,
    idleMs: 20_000,
    pacedMs: 15_000,
    quietBudgetMs: 900_000,
  },
};

const help = `npm run bench -- [options]
  --rows a,b     only these rows
  --peers a,b    only these systems
  --runs N       repetitions; the median is shown (quick 1, else 3)
  --quick        smaller sets, fewer rows, one run: a look in at most six minutes
  --seconds N    longest time of one run from its first record on
  --zipf         keys drawn by Zipf 1.0 instead of alike
  --seed N       order of the runs
  --json FILE    every figure of every run
  --micro        only the micro-benchmarks
`;

/** Reads the options; writes what is wrong and answers nothing when they cannot be followed. */
export function parseOptions(args, known) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        rows: { type: "string" },
        peers: { type: "string" },
        runs: { type: "string" },
        quick: { type: "boolean", default: false },
        seconds: { type: "string" },
        zipf: { type: "boolean", default: false },
        seed: { type: "string" },
        json: { type: "string" },
        micro: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) throw new Error("");
    const standard = values.quick ? sizes.quick : sizes.full;
    const size = { ...standard, windowMs: wholeOf(values.seconds, standard.windowMs / 1_000) * 1_000 };
    return {
      rows: values.rows === undefined && values.quick ? known.quickRows : listOf(values.rows, known.rows),
      peers: listOf(values.peers, known.peers),
      runs: wholeOf(values.runs, size.runs),
      seed: wholeOf(values.seed, Math.floor(Math.random() * 1e6)),
      size,
      isQuick: values.quick,
      isMicroOnly: values.micro,
      distribution: values.zipf ? "zipf" : "uniform",
      jsonFile: values.json,
    };
  } catch (error) {
    process.stderr.write(`${error.message}\n${help}`);
    return undefined;
  }
}

function listOf(text, known) {
  if (text === undefined) return known;
  const names = text.split(",");
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) throw new Error(`Unknown: ${strange.join(", ")}. There are: ${known.join(", ")}.`);
  return names;
}

function wholeOf(text, standard) {
  if (text === undefined) return standard;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`Not a whole number above 0: ${text}`);
  return Number(text);
}
