import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "gluttony/local-stack";

/** The built program, as it is shipped. */
export const programPath: string = join(import.meta.dirname, "../../packages/cli/dist/main.js");

/** What a host is started with. */
export interface HostWish {
  readonly databaseUrl: string;
  readonly kafka: string;
  readonly connectUrl?: string;
  readonly env?: { readonly [name: string]: string };
}

/** How one run of a command ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const startLimitMs = 30_000;
const stopLimitMs = 30_000;
const logBytesMax = 4 * 1024 * 1024;

/** One `gluttony serve` as a real process, that can be killed and started again under the same settings. */
export class TestHost implements AsyncDisposable {
  readonly env: { readonly [name: string]: string };
  readonly url: string;
  readonly #folder: string;
  readonly #ownsFolder: boolean;
  #child: ChildProcess | null = null;
  #log = "";

  private constructor(
    env: { readonly [name: string]: string },
    url: string,
    folder: { path: string; isOwn: boolean },
  ) {
    this.env = env;
    this.url = url;
    this.#folder = folder.path;
    this.#ownsFolder = folder.isOwn;
  }

  /** Prepares a host; `start` runs it. */
  static async prepare(wish: HostWish): Promise<TestHost> {
    const port = await freePort();
    const given = wish.env?.["GLUTTONY_DATA_DIR"];
    const folder = given ?? (await mkdtemp(join(tmpdir(), "gluttony-host-")));
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      DATABASE_URL: wish.databaseUrl,
      KAFKA_HOST: wish.kafka,
      ...(wish.connectUrl === undefined ? {} : { CONNECT_HOST: wish.connectUrl }),
      GLUTTONY_ADMIN_LISTEN: `127.0.0.1:${port}`,
      GLUTTONY_MASTER_KEY: "bm90LWEtc2VjcmV0LWp1c3QtYS10ZXN0LWtleS0zMmI=",
      GLUTTONY_DATA_DIR: folder,
      TOPIC_CONSUME_INTERVAL: "20",
      LOG_LEVEL: "info",
      ...wish.env,
    };
    return new TestHost(env, `http://127.0.0.1:${port}`, { path: folder, isOwn: given === undefined });
  }

  get log(): string {
    return this.#log;
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Process id of the host as it runs now; null when it does not. */
  get pid(): number | null {
    return this.isRunning ? (this.#child?.pid ?? null) : null;
  }

  /** How the last process ended; null for what does not apply. */
  get ended(): { readonly code: number | null; readonly signal: NodeJS.Signals | null } {
    return { code: this.#child?.exitCode ?? null, signal: this.#child?.signalCode ?? null };
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child?.kill(signal);
  }

  /** Starts the host and waits until it is ready. */
  async start(): Promise<void> {
    this.launch();
    const isReady = await until(async () => !this.isRunning || (await this.#answersReady()), startLimitMs);
    if (!this.isRunning || !isReady)
      throw new Error(`The host did not get ready:\n${this.#log.slice(-4_000)}`);
  }

  /** Starts the host and waits for nothing: it may find its peers gone. */
  launch(): void {
    const child = spawn(process.execPath, [programPath, "serve"], {
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.#log = (this.#log + chunk.toString()).slice(-logBytesMax);
      });
    }
  }

  /** Ends the process and waits for its end. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    child.kill(signal);
    const isEnded = await Promise.race([ended.then(() => true), pause(stopLimitMs).then(() => false)]);
    if (!isEnded) {
      child.kill("SIGKILL");
      throw new Error(`The host did not end on ${signal}:\n${this.#log.slice(-2_000)}`);
    }
  }

  /** GETs a path of the admin API. */
  async get(path: string): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`);
    return response.json();
  }

  /** Runs a command of the program beside this host, with its settings. */
  command(...parameters: readonly string[]): Promise<CommandResult> {
    return runCommand(parameters, this.env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill("SIGTERM").catch(() => undefined);
    await this.kill("SIGKILL");
    if (this.#ownsFolder) await rm(this.#folder, { recursive: true, force: true });
  }

  async #answersReady(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).status === 200;
    } catch {
      return false;
    }
  }
}

/** Runs the built program once. */
export function runCommand(
  parameters: readonly string[],
  env: { readonly [name: string]: string },
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [programPath, ...parameters], {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Asks again and again until the answer is yes or the time is over; answers which. */
export async function until(ask: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    if (await ask()) return true;
    await pause(50);
  }
  return ask();
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
