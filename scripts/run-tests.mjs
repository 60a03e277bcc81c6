// Runs every test in three steps, and ends with one line that counts them all.
import { spawn } from "node:child_process";

/**
 * What runs after what. Projects of one list share a run of Vitest, and with it the local stack; runs of one step have a stack each
 * and go side by side, since both mostly wait: for sessions to expire, for processes to start. The zoo compares paces and has the
 * machine to itself.
 */
const steps = [[["unit", "simulation", "fuzz"]], [["end-to-end"], ["protocol"]], [["plugin-zoo"]]];
const tailLength = 2_000;
const lastLine = /(\d+) passed, (\d+) failed, (\d+) skipped\s*$/;

/** Runs all projects with `vitest`, the path of its program, in the folder `cwd`; answers the exit code. */
export async function runTests({ vitest, cwd }) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  let status = 0;
  for (const step of steps) {
    const ended = await Promise.all(
      step.map((projects, index) => runProjects({ vitest, cwd, projects, isLater: index > 0 })),
    );
    for (const run of ended) {
      status ||= run.status;
      for (const kind of Object.keys(sum)) sum[kind] += run.counts[kind];
    }
  }
  process.stdout.write(
    `\nAll of them:\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`,
  );
  return status;
}

/** One run of Vitest. What runs beside another is printed when it has ended, so that their lines do not mix. */
function runProjects({ vitest, cwd, projects, isLater }) {
  const parameters = ["run", ...projects.flatMap((project) => ["--project", project])];
  return new Promise((resolve) => {
    const child = spawn(vitest, parameters, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    const kept = [];
    let tail = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        tail = (tail + text).slice(-tailLength);
        if (isLater) kept.push(text);
        else process.stdout.write(text);
      });
    }
    // The child hears Ctrl-C itself; this process waits for it.
    const ignore = () => {};
    process.on("SIGINT", ignore);
    child.on("error", (error) => kept.push(`${vitest}: ${error.message}\n`));
    child.on("close", (code, signal) => {
      process.off("SIGINT", ignore);
      process.stdout.write(kept.join(""));
      resolve({ status: signal === null ? (code ?? 1) : 130, counts: countsOf(tail) });
    });
  });
}

/** What the last line says; a run that ended without one has failed, and must not pass for one without tests. */
function countsOf(tail) {
  const found = lastLine.exec(tail);
  if (found === null) return { passed: 0, failed: 1, skipped: 0 };
  const [, passed, failed, skipped] = found;
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}
