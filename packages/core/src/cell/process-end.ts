import type { ChildProcess } from "node:child_process";
import type { Death } from "./death.ts";
import { lastFramesOf } from "./last-frames.ts";
import type { PluginOutput } from "./plugin-output.ts";
import type { SpawnedCell } from "./spawn-cell.ts";

/** How a process ended that nobody killed. */
export type OwnEnd = Pick<Death, "code" | "detail">;

/** What is read of a process to its end. */
interface Read {
  readonly spawned: SpawnedCell;
  readonly output: PluginOutput;
}

/** Waits for a process's end and for all that it wrote; V8 says on the error output when its heap was full. */
export async function ownEndOf({ spawned, output }: Read): Promise<OwnEnd> {
  const detail = `The process ended ${await howEnded(spawned.child)}.`;
  await lastFramesOf(spawned.channel);
  await output.whenRead();
  if (!output.isHeapExhausted) return { code: "plugin.crashed", detail };
  return { code: "plugin.memory", detail: `The heap was exhausted. ${detail}` };
}

function howEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const tell = (code: number | null, signal: string | null): void =>
      resolve(signal === null ? `with code ${code}` : `by ${signal}`);
    if (child.exitCode !== null || child.signalCode !== null) tell(child.exitCode, child.signalCode);
    else child.once("exit", tell);
  });
}
