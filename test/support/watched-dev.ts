import { spawn } from "node:child_process";
import { programPath } from "./host.ts";

/** What the command tells, one object a line. */
export interface DevLine {
  readonly [name: string]: unknown;
}

/** `gluttony handler dev` while it watches; its news as objects. */
export interface WatchedDev extends AsyncDisposable {
  news(event: string): readonly DevLine[];
  /** Ends it as Ctrl-C does; answers its exit code. */
  stop(): Promise<number | null>;
  /** The exit code of a command that ends by itself. */
  readonly ended: Promise<number | null>;
  readonly stderr: () => string;
}

/** Starts the command on a package, with further options and settings. */
export function watchedDev(
  root: string,
  options: readonly string[] = [],
  env: { readonly [name: string]: string } = {},
): WatchedDev {
  const child = spawn(process.execPath, [programPath, "handler", "dev", root, "-o", "json", ...options], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complained = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (complained += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    news: (event) =>
      said
        .split("\n")
        .slice(0, -1)
        .map((line): DevLine => JSON.parse(line))
        .filter((one) => one["event"] === event),
    stop: async () => {
      child.kill("SIGINT");
      return ended;
    },
    ended,
    stderr: () => complained,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
