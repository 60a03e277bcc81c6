import { randomBytes } from "node:crypto";
import type { Logger } from "@gluttony/sdk";

/** Lines of a stack that are told. */
const framesMax = 20;
const crashExitCode = 1;

/**
 * Ends the process at an error that nobody handled: what follows one cannot be trusted, and another host, or the
 * next start, goes on from what is remembered. The message is left out, for it may hold a row's values.
 */
export function endOnCrash(log: Logger): void {
  const end = (thrown: unknown): void => {
    log.error("an error that nobody handled ends this host", crashFacts(thrown));
    process.exit(crashExitCode);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

/** What may be told of a crash: its class, the system's code, and where it happened. */
export function crashFacts(thrown: unknown): { readonly [name: string]: string | null } {
  const crashId = randomBytes(4).toString("hex");
  if (!(thrown instanceof Error)) return { crashId, error: typeof thrown, errno: null, frames: "" };
  const errno: unknown = Reflect.get(thrown, "code");
  // The stack begins with the message, which may hold anything, also lines that look like places.
  const stack = thrown.stack ?? "";
  const head = stack.indexOf(thrown.message);
  const frames = stack
    .slice(head < 0 ? 0 : head + thrown.message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, framesMax)
    .map((line) => line.trim());
  return {
    crashId,
    error: thrown.name,
    errno: typeof errno === "string" && /^[A-Z0-9_]{1,40}$/.test(errno) ? errno : null,
    frames: frames.join(" | "),
  };
}
