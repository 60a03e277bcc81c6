import { Command } from "commander";
import type { DemoOptions } from "../demo/demo-options.ts";
import { Report } from "../demo/report.ts";
import { runDemo } from "../demo/run-demo.ts";

/** Exit code of a demo that was ended by force. */
const INTERRUPTED = 130;

/** `gluttony demo`: the whole job, live, on a real database, broker and connector of its own. */
export function demoCommand(): Command {
  return new Command("demo")
    .description(
      "run the whole job live on this machine: Postgres, Kafka, Debezium, handlers and stub targets",
    )
    .option("--once", "prove the main job and end", false)
    .option("--fresh", "wipe what an earlier run kept", false)
    .option("--json", "print one JSON object a line", false)
    .option("--offline", "never fetch anything", false)
    .action(async (options: DemoOptions) => {
      const { stdout } = process;
      const report = new Report({
        json: options.json,
        colour: stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
        write: (text) => stdout.write(text),
      });
      const exitCode = await runDemo(options, report, interruption());
      // Everything has ended by now; a timer or a socket of a library must not keep the program alive.
      stdout.write("", () => process.exit(exitCode));
    });
}

/** The first signal asks for an orderly end, the second one ends at once; the processes die with this one. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(INTERRUPTED);
      stop.abort();
    });
  }
  return stop.signal;
}
