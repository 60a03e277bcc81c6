// A system under test as a process of its own, with an end that never hangs.
import { cpuUsOf, residentOf, spawnTested, treeOf } from "./machine.mjs";
import { until } from "./wait.mjs";

const stopLimitMs = 30_000;
const outputCharsMax = 200_000;

const running = new Set();

/** One process of a peer. What it writes as JSON lines is its progress. */
export class TestedProcess {
  #child;
  #output = "";
  #line = "";
  /** Samples that the process printed itself: `{ atNs, count }`. */
  progress = [];

  constructor(command, args, options = {}) {
    this.#child = spawnTested(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    running.add(this);
    this.ended = new Promise((resolve) => {
      this.#child.once("close", () => {
        running.delete(this);
        resolve();
      });
      this.#child.once("error", (error) => this.#keep(String(error)));
    });
    this.#child.stdout.on("data", (chunk) => this.#read(chunk.toString()));
    this.#child.stderr.on("data", (chunk) => this.#keep(chunk.toString()));
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last of what it said. */
  get output() {
    return this.#output;
  }

  pids() {
    return this.isRunning && this.#child.pid !== undefined ? treeOf(this.#child.pid) : [];
  }

  /** CPU so far: of the whole tree, and of the process alone that was started; the rest is its children's. */
  cpuUs() {
    return cpuUsOf(this.pids());
  }

  ownCpuUs() {
    return cpuUsOf(this.pids().slice(0, 1));
  }

  resident() {
    return residentOf(this.pids());
  }

  signal(signal) {
    if (this.isRunning) this.#child.kill(signal);
  }

  /** Asks it to end as its users would, and ends it when it does not. */
  async stop() {
    this.signal("SIGTERM");
    const isEnded = await until(() => !this.isRunning, stopLimitMs);
    if (!isEnded) await this.kill();
    await this.ended;
  }

  /** Ends it without a warning. */
  async kill() {
    this.signal("SIGKILL");
    await this.ended;
  }

  #read(text) {
    const lines = (this.#line + text).split("\n");
    this.#line = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith('{"atNs"')) this.progress.push(JSON.parse(line));
      else this.#keep(`${line}\n`);
    }
  }

  #keep(text) {
    this.#output = (this.#output + text).slice(-outputCharsMax);
  }
}

/** Ends whatever a run that was broken off left. */
export async function killTested() {
  await Promise.all([...running].map((one) => one.kill()));
}
