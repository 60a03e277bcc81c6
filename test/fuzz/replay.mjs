// One input that failed, again.
import { readFailure } from "./failures.mjs";
import { Executor, hangMs } from "./executor.mjs";

/** The exit code: 0 when the input is harmless now, 1 when it still fails. */
export function replay(file, say) {
  const { input, plant } = readFailure(file);
  const startedMs = performance.now();
  const failure = new Executor(plant).run(input, { isThorough: true });
  const ms = performance.now() - startedMs;
  if (failure === null && ms <= hangMs) {
    say(`harmless, ${ms.toFixed(1)} ms`);
    return 0;
  }
  say(failure ?? `hang: ${ms.toFixed(1)} ms`);
  return 1;
}
