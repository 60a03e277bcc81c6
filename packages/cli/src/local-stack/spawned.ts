import { type ChildProcess, spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import { type ProcessIdentity, identityOf, isAlive } from "./process-identity.ts";
import { lastLines } from "./last-lines.ts";

/** After this much the signal that asks is followed by the one that does not. */
export const STOP_LIMIT_MS = 15_000;
/** A log larger than this is put aside when its process is started again. */
export const LOG_MAX_BYTES: number = 16 * 1024 * 1024;
/** How long the end of a killed process may take to show. */
const KILL_LIMIT_MS = 5_000;

export interface Command {
  /** Short name for messages and the log file, such as `broker`. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Runs as this user and group; only root may ask for it. */
  readonly userId?: number;
  /** How the program is asked to end. */
  readonly stopSignal: NodeJS.Signals;
}

/** What is written down about a running process, so that a later run can end what this one had to leave. */
interface Record {
  readonly name: string;
  readonly owner: ProcessIdentity;
  readonly child: ProcessIdentity;
}

/** One process of the stack: logged to a file, in a group of its own, and on record until it has ended. */
export class SpawnedProcess {
  readonly pid: number;
  readonly logFile: string;
  readonly #command: Command;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #hasEnded = false;

  private constructor(
    command: Command,
    folder: string,
    started: { child: ChildProcess; pid: number; logFile: string },
  ) {
    this.#command = command;
    this.#child = started.child;
    this.pid = started.pid;
    this.logFile = started.logFile;
    this.#ended = new Promise((resolve) => {
      this.#child.once("exit", () => {
        this.#hasEnded = true;
        rmSync(recordFile(folder), { force: true });
        resolve();
      });
    });
  }

  /** Starts the command. The folder is the part's own: it gets the log and the record of the process. */
  static async start(command: Command, folder: string): Promise<SpawnedProcess> {
    mkdirSync(folder, { recursive: true });
    await endLeftover(folder);
    const logFile = join(folder, `${command.name}.log`);
    putAside(logFile);
    const log = openSync(logFile, "a");
    try {
      const child = spawnBound(command, log);
      const pid = await pidOf(child, command);
      const started = new SpawnedProcess(command, folder, { child, pid, logFile });
      writeRecord(folder, command.name, pid);
      return started;
    } finally {
      closeSync(log);
    }
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Settles when the process has ended, whatever the reason. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** The last lines of the log, newest last. */
  tail(lines: number): readonly string[] {
    return lastLines(this.logFile, lines);
  }

  /** Sends a signal to the whole group and waits until the process has ended. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    this.#signal(signal);
    await this.#endsWithin(KILL_LIMIT_MS);
  }

  /** Asks the process to end, waits a bounded time, then ends it. */
  async stop(limitMs: number = STOP_LIMIT_MS): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill(this.#command.stopSignal);
    if (!(await this.#endsWithin(limitMs))) this.#signal("SIGKILL");
    await this.#endsWithin(KILL_LIMIT_MS);
  }

  /** What to tell a person when the process ended or never became ready. */
  fault(code: "environment.process_failed" | "environment.timed_out", reason: string): GluttonyError {
    return new GluttonyError(code, { process: this.#command.name, reason, logFile: this.logFile });
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#hasEnded) signalGroup(this.pid, signal);
  }

  async #endsWithin(limitMs: number): Promise<boolean> {
    const waiting = new AbortController();
    await Promise.race([
      this.#ended,
      sleep(limitMs, undefined, { signal: waiting.signal }).catch(() => undefined),
    ]);
    waiting.abort();
    return this.#hasEnded;
  }
}

/** Ends the process that an earlier run, itself gone, left for this folder. Nothing else is ever signalled. */
export async function endLeftover(folder: string): Promise<void> {
  const record = readRecord(folder);
  if (record === undefined) return;
  if (isAlive(record.child)) {
    if (isAlive(record.owner)) throw inUse(folder, record);
    signalGroup(record.child.pid, "SIGKILL");
    const until = Date.now() + KILL_LIMIT_MS;
    while (isAlive(record.child) && Date.now() < until) await sleep(20);
  }
  rmSync(recordFile(folder), { force: true });
}

function spawnBound(command: Command, log: number): ChildProcess {
  const bound = boundToParent(command);
  const user = command.userId === undefined ? {} : { uid: command.userId, gid: command.userId };
  return spawn(bound.program, [...bound.args], {
    cwd: command.cwd,
    env: command.env ?? process.env,
    stdio: ["ignore", log, log],
    detached: true,
    ...user,
  });
}

/**
 * Where the system can do it, the kernel ends the child when we die. The user is changed before this (by spawn), because
 * a change of user clears the wish. The child must be started by the main thread: the end of a worker counts as a death.
 */
function boundToParent(command: Command): { program: string; args: readonly string[] } {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find(
    (path) => process.platform === "linux" && existsSync(path),
  );
  if (setpriv === undefined) return command;
  return { program: setpriv, args: ["--pdeathsig", "KILL", "--", command.program, ...command.args] };
}

function pidOf(child: ChildProcess, command: Command): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new GluttonyError("environment.process_failed", { program: command.program }, { cause })),
    );
    child.once("spawn", () => resolve(child.pid ?? 0));
  });
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended on its own in the meantime.
  }
}

function inUse(folder: string, record: Record): GluttonyError {
  return new GluttonyError("environment.folder_in_use", { folder, pid: record.owner.pid });
}

function recordFile(folder: string): string {
  return join(folder, "process.json");
}

function writeRecord(folder: string, name: string, pid: number): void {
  const owner = identityOf(process.pid);
  const child = identityOf(pid);
  if (owner === undefined || child === undefined) return; // It has ended already.
  const half = `${recordFile(folder)}.${process.pid}`;
  writeFileSync(half, JSON.stringify({ name, owner, child } satisfies Record));
  renameSync(half, recordFile(folder));
}

function readRecord(folder: string): Record | undefined {
  const file = recordFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined; // A half-written file names no process that we could be sure of.
  }
}

function isRecord(read: unknown): read is Record {
  return (
    typeof read === "object" &&
    read !== null &&
    "owner" in read &&
    "child" in read &&
    isIdentity(read.owner) &&
    isIdentity(read.child)
  );
}

function isIdentity(read: unknown): read is ProcessIdentity {
  if (typeof read !== "object" || read === null || !("pid" in read) || !("startedAt" in read)) return false;
  // A number below 2 would signal everything or the system's first process.
  return Number.isSafeInteger(read.pid) && Number(read.pid) > 1 && typeof read.startedAt === "string";
}

function putAside(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_MAX_BYTES) renameSync(logFile, join(dirname(logFile), `${basename(logFile)}.1`));
}
