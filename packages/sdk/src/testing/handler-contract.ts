import type { Change } from "../change.ts";
import { isHandler } from "../handler.ts";
import type { Handler } from "../handler.ts";
import { holdsValueOf } from "./leaked-values.ts";
import { runHandler } from "./run-handler.ts";
import type { HandlerRun, RunOptions } from "./run-handler.ts";

/**
 * What every handler promises. Returns the promises it broke, so that a test in any framework can demand an empty
 * list: it is made by `defineHandler`, its schema is JSON, a change delivered twice makes the same calls under the
 * same key, and neither its log nor its errors hold a value of the row.
 */
export async function handlerContract(
  handler: Handler,
  change: Change,
  options: RunOptions = {},
): Promise<readonly string[]> {
  const broken = shapeFaults(handler);
  const first = await runHandler(handler, change, options);
  const second = await runHandler(handler, change, { ...options, attempt: 2 });
  if (JSON.stringify(first.calls) !== JSON.stringify(second.calls)) {
    broken.push("A change delivered twice makes different calls.");
  }
  if (leaks([first, second], change)) broken.push("The log or an error holds a value of the row.");
  return broken;
}

function shapeFaults(handler: Handler): string[] {
  const faults: string[] = [];
  if (!isHandler(handler)) faults.push("The handler is not made by defineHandler.");
  if (!/^[A-Za-z_$][\w$]{0,63}$/.test(handler.name)) faults.push("The handler's name is no identifier.");
  const { config } = handler;
  if (config !== undefined && JSON.stringify(config) === undefined) faults.push("The schema is not JSON.");
  return faults;
}

function leaks(runs: readonly HandlerRun[], change: Change): boolean {
  return holdsValueOf(JSON.stringify(runs.map(({ ending, log }) => [ending, log])), change);
}
