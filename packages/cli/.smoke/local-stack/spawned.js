import { spawn } from "node:child_process";
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
import { identityOf, isAlive } from "./process-identity.js";
import { lastLines } from "./last-lines.js";
/** After this much the signal that asks is followed by the one that does not. */
export const STOP_LIMIT_MS = 15_000;
/** A log larger than this is put aside when its process is started again. */
export const LOG_MAX_BYTES = 16 * 1024 * 1024;
/** How long the end of a killed process may take to show. */
const KILL_LIMIT_MS = 5_000;
/** One process of the stack: logged to a file, in a group of its own, and on record until it has ended. */
export class SpawnedProcess {
  pid;
  logFile;
  #command;
  #folder;
  #child;
  #ended;
  #hasEnded = false;
  constructor(command, folder, started) {
    this.#command = command;
    this.#folder = folder;
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
  static async start(command, folder) {
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
  get hasEnded() {
    return this.#hasEnded;
  }
  /** Settles when the process has ended, whatever the reason. */
  get ended() {
    return this.#ended;
  }
  /** The last lines of the log, newest last. */
  tail(lines) {
    return lastLines(this.logFile, lines);
  }
  /** Sends a signal to the whole group and waits until the process has ended. */
  async kill(signal = "SIGKILL") {
    this.#signal(signal);
    await this.#endsWithin(KILL_LIMIT_MS);
  }
  /** Asks the process to end, waits a bounded time, then ends it. */
  async stop(limitMs = STOP_LIMIT_MS) {
    if (this.#hasEnded) return;
    this.#child.kill(this.#command.stopSignal);
    if (!(await this.#endsWithin(limitMs))) this.#signal("SIGKILL");
    await this.#endsWithin(KILL_LIMIT_MS);
  }
  /** What to tell a person when the process ended or never became ready. */
  fault(code, reason) {
    return new GluttonyError(code, { process: this.#command.name, reason, logFile: this.logFile });
  }
  #signal(signal) {
    if (!this.#hasEnded) signalGroup(this.pid, signal);
  }
  async #endsWithin(limitMs) {
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
export async function endLeftover(folder) {
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
function spawnBound(command, log) {
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
function boundToParent(command) {
  const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find(
    (path) => process.platform === "linux" && existsSync(path),
  );
  if (setpriv === undefined) return command;
  return { program: setpriv, args: ["--pdeathsig", "KILL", "--", command.program, ...command.args] };
}
function pidOf(child, command) {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new GluttonyError("environment.process_failed", { program: command.program }, { cause })),
    );
    child.once("spawn", () => resolve(child.pid ?? 0));
  });
}
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended on its own in the meantime.
  }
}
function inUse(folder, record) {
  return new GluttonyError("environment.folder_in_use", { folder, pid: record.owner.pid });
}
function recordFile(folder) {
  return join(folder, "process.json");
}
function writeRecord(folder, name, pid) {
  const owner = identityOf(process.pid);
  const child = identityOf(pid);
  if (owner === undefined || child === undefined) return; // It has ended already.
  const half = `${recordFile(folder)}.${process.pid}`;
  writeFileSync(half, JSON.stringify({ name, owner, child }));
  renameSync(half, recordFile(folder));
}
function readRecord(folder) {
  const file = recordFile(folder);
  if (!existsSync(file)) return undefined;
  try {
    const read = JSON.parse(readFileSync(file, "utf8"));
    return isRecord(read) ? read : undefined;
  } catch {
    return undefined; // A half-written file names no process that we could be sure of.
  }
}
function isRecord(read) {
  return (
    typeof read === "object" &&
    read !== null &&
    "owner" in read &&
    "child" in read &&
    isIdentity(read.owner) &&
    isIdentity(read.child)
  );
}
function isIdentity(read) {
  if (typeof read !== "object" || read === null || !("pid" in read) || !("startedAt" in read)) return false;
  // A number below 2 would signal everything or the system's first process.
  return Number.isSafeInteger(read.pid) && Number(read.pid) > 1 && typeof read.startedAt === "string";
}
function putAside(logFile) {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_MAX_BYTES) renameSync(logFile, join(dirname(logFile), `${basename(logFile)}.1`));
}
