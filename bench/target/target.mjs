// The one HTTP target of all systems: compiled once, started once, and told before each run how to behave.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { spawn } from "node:child_process";
import { cacheFolder, findJava, freePort } from "gluttony/local-stack";

const source = join(import.meta.dirname, "Target.java");
const startLimitMs = 30_000;
const run = promisify(execFile);

/** Compiles a single Java file into the cache unless this very text was compiled before; answers the class folder. */
export async function compileJava(file, classPath = "") {
  const text = await readFile(file);
  const name = createHash("sha256").update(text).update(classPath).digest("hex").slice(0, 12);
  const folder = join(await cacheFolder(), `bench-classes-${name}`);
  if (existsSync(folder)) return folder;
  const half = `${folder}.half-${process.pid}`;
  await mkdir(half, { recursive: true });
  const { program } = await findJava();
  const path = classPath === "" ? [] : ["-cp", classPath];
  await run(`${program}c`, [...path, "-d", half, file]);
  await rename(half, folder);
  return folder;
}

/** Starts the target on the core of the surroundings. */
export async function startTarget() {
  const classes = await compileJava(source);
  const { program } = await findJava();
  const port = await freePort();
  const options = ["-Xms64m", "-Xmx1g", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-cp", classes];
  const child = spawn(program, [...options, "Target", String(port)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The target did not start.")), startLimitMs);
    child.once("close", () => reject(new Error("The target ended at once.")));
    child.stdout.once("data", () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return new Target(port, child);
}

class Target {
  #child;
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port, child) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#child = child;
  }

  get pid() {
    return this.#child.pid;
  }

  /** Clears the journal; `delayMinUs`, `delayMaxUs`, `errorRate`, `failKey` say how it answers from now on. */
  async set(behaviour) {
    await this.#get(`set?${new URLSearchParams(behaviour)}`);
  }

  /** From now on this key is refused, or none for −1; journal and delays stay as they are. */
  async failKey(key) {
    await this.#get(`fail?failKey=${key}`);
  }

  async state() {
    return JSON.parse((await this.#get("state")).toString());
  }

  /** The journal as it lies in the target's memory. */
  async journal() {
    return this.#get("journal");
  }

  async stop() {
    this.#agent.destroy();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }

  #get(path) {
    return new Promise((resolve, reject) => {
      const request = get(`${this.url}/control/${path}`, { agent: this.#agent }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => resolve(Buffer.concat(chunks)));
        response.on("error", reject);
      });
      request.on("error", reject);
    });
  }
}
