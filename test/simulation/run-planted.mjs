// Runs every planted bug until it is caught, and writes down by what.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, patched, root } from "./bundle.mjs";
import { simulatedBugs, testedBugs } from "./planted-bugs.mjs";
import { runRange } from "./run-range.mjs";
import { writePlantedTable } from "./planted-table.mjs";

/** Seeds after which a bug counts as not caught. */
const seedsMax = 2_000;
/** Most bugs show at once. */
const batchSeeds = 16;

/** Answers whether all were caught. */
export async function runPlanted({ names, workers, folder, isWritten, say }) {
  const isWanted = ({ name }) => names.length === 0 || names.includes(name);
  const clean = join(folder, "clean.mjs");
  await bundle(join(import.meta.dirname, "run-seed.ts"), clean);
  const found = [];
  for (const bug of simulatedBugs.filter(isWanted))
    found.push(await simulate(bug, { clean, folder, workers }));
  for (const bug of testedBugs.filter(isWanted)) found.push(await runTest(bug));
  for (const one of found) say(lineOf(one));
  if (isWritten) writePlantedTable(found);
  return found.every(({ caught }) => caught !== null);
}

/** The first seed that fails with the bug, and not without it. */
async function simulate(bug, { clean, folder, workers }) {
  const file = join(folder, `${bug.name}.mjs`);
  await bundle(join(import.meta.dirname, "run-seed.ts"), file, [bug]);
  const { runSeed } = await import(pathToFileURL(clean).href);
  for (let from = 1; from <= seedsMax; from += batchSeeds) {
    const failures = [];
    const to = from + batchSeeds - 1;
    await runRange({ from, to, workers, bundle: file }, (sum) => {
      failures.push(...sum.failures);
      return true;
    });
    for (const { seed, violations } of failures.toSorted((one, other) => one.seed - other.seed)) {
      const without = await runSeed(seed);
      if (without.violations.length > 0) continue;
      return {
        bug,
        caught: { by: "simulation", seed, check: violations[0].check, text: violations[0].text },
      };
    }
  }
  return { bug, caught: null };
}

/** Caught when the test that is named fails with the bug, and none of its file fails without it. */
async function runTest(bug) {
  const source = readFileSync(join(root, bug.file), "utf8");
  const withBug = await failedTestsOf(bug, patched(source, [bug]));
  const without = await failedTestsOf(bug, source);
  const title = withBug.find((failed) => failed.startsWith(bug.testTitle));
  if (title === undefined || without.length > 0) return { bug, caught: null };
  return { bug, caught: { by: bug.test, seed: null, check: title, text: "" } };
}

/** Titles of the tests of a file that fail while `source` stands in for the bug's file. */
async function failedTestsOf(bug, source) {
  const { startVitest } = await import("vitest/node");
  const file = join(root, bug.file);
  const report = join(mkdtempSync(join(tmpdir(), "gluttony-planted-")), "report.json");
  const vitest = await startVitest(
    "test",
    [],
    {
      root,
      config: false,
      watch: false,
      run: true,
      include: [bug.test],
      reporters: ["json"],
      outputFile: report,
    },
    {
      logLevel: "silent",
      plugins: [
        { name: "plant-bug", enforce: "pre", load: (id) => (id.split("?")[0] === file ? source : null) },
      ],
      resolve: { conditions: ["@gluttony/source"] },
      ssr: { resolve: { conditions: ["@gluttony/source"] } },
    },
  );
  await vitest.close();
  // Vitest notes the failure that was wished for.
  process.exitCode = 0;
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  rmSync(join(report, ".."), { recursive: true, force: true });
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (results.length === 0) throw new Error(`${bug.test} holds no test`);
  return results.filter(({ status }) => status === "failed").map(({ title }) => title);
}

function lineOf({ bug, caught }) {
  const head = `${String(bug.number).padStart(2)} ${bug.name.padEnd(28)}`;
  if (caught === null) return `${head} NOT CAUGHT`;
  return caught.seed === null
    ? `${head} ${caught.by}`
    : `${head} seed ${caught.seed}  ${caught.check}  ${caught.text}`;
}
