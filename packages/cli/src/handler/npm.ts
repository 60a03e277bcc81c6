import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { GluttonyError } from "@gluttony/model";

/** How npm is run. */
export interface NpmRun {
  readonly cwd: string;
  /** Whether its output goes to this process's own; else it is answered. */
  readonly isShown?: boolean;
}

const outputCharactersMax = 1_000_000;

/** Runs npm and answers what it printed. Throws `handler.npm_failed` with the end of what it said. */
export async function npm(parameters: readonly string[], { cwd, isShown = false }: NpmRun): Promise<string> {
  const { code, stdout, stderr } = await run(parameters, { cwd, isShown });
  if (code === 0) return stdout;
  const said = stderr.trim().split("\n").slice(-8).join("\n");
  throw new GluttonyError("handler.npm_failed", { command: `npm ${parameters[0] ?? ""}`, exit: code, said });
}

/** Runs npm with its output shown and answers its exit code. */
export async function npmExit(parameters: readonly string[], cwd: string): Promise<number> {
  return (await run(parameters, { cwd, isShown: true })).code;
}

interface NpmEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(parameters: readonly string[], { cwd, isShown }: Required<NpmRun>): Promise<NpmEnd> {
  const child = spawn(npmPath(), parameters, {
    cwd,
    stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.on(
    "data",
    (chunk: Buffer) => (stdout = (stdout + chunk.toString()).slice(-outputCharactersMax)),
  );
  child.stderr?.on(
    "data",
    (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-outputCharactersMax)),
  );
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: 127, stdout, stderr: error.message }));
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** npm beside the Node that runs this, even when another stands first on the path. */
function npmPath(): string {
  const beside = join(dirname(process.execPath), "npm");
  return existsSync(beside) ? beside : "npm";
}
