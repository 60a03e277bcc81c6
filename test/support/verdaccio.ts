import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "gluttony/local-stack";
import { until } from "./host.ts";

const run = promisify(execFile);
const startLimitMs = 60_000;
const require = createRequire(import.meta.url);
const program = join(dirname(require.resolve("verdaccio/package.json")), "bin/verdaccio");

/** A private registry as many sites run it: a real verdaccio in a process of its own, which asks nobody upstream. */
export class Verdaccio implements AsyncDisposable {
  readonly url: string;
  /** Of the one user there is. */
  token = "";
  readonly #folder: string;
  readonly #child: ChildProcess;
  #log = "";

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => (this.#log = (this.#log + chunk.toString()).slice(-20_000)));
  }

  /** Everything it writes stays in `folder`. */
  static async start(folder: string): Promise<Verdaccio> {
    const port = await freePort();
    await mkdir(folder, { recursive: true });
    const config = join(folder, "config.yaml");
    await writeFile(config, configOf(folder));
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder };
    const child = spawn(process.execPath, [program, "--config", config, "--listen", `127.0.0.1:${port}`], {
      ...{ env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
    });
    const registry = new Verdaccio(`http://127.0.0.1:${port}/`, folder, child);
    try {
      await registry.#login();
      return registry;
    } catch (error) {
      await registry[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Publishes a package file as its author would. */
  async publish(file: string): Promise<void> {
    await this.#npm("publish", file);
  }

  /** Has its author advise against a release. */
  async deprecate(release: string, note: string): Promise<void> {
    await this.#npm("deprecate", release, note);
  }

  async #npm(...words: readonly string[]): Promise<void> {
    const { host } = new URL(this.url);
    const rc = join(this.#folder, "npmrc");
    await writeFile(rc, `//${host}/:_authToken=${this.token}\nregistry=${this.url}\n`);
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: this.#folder,
      npm_config_userconfig: rc,
      npm_config_cache: join(this.#folder, "npm-cache"),
      npm_config_update_notifier: "false",
    };
    await run("npm", [...words, "--registry", this.url], { env, cwd: this.#folder });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once("close", () => resolve()));
    this.#child.kill("SIGKILL");
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #login(): Promise<void> {
    const isUp = await until(async () => {
      if (this.#child.exitCode !== null) throw new Error(`verdaccio ended:\n${this.#log}`);
      return fetch(`${this.url}-/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, startLimitMs);
    if (!isUp) throw new Error(`verdaccio did not start:\n${this.#log}`);
    const answer = await fetch(`${this.url}-/user/org.couchdb.user:author`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "author", password: "a long enough password" }),
    });
    const { token } = (await answer.json()) as { readonly token?: string };
    if (token === undefined) throw new Error(`verdaccio gave no token:\n${this.#log}`);
    this.token = token;
  }
}

function configOf(folder: string): string {
  return [
    `storage: ${join(folder, "storage")}`,
    "auth:",
    "  htpasswd:",
    `    file: ${join(folder, "htpasswd")}`,
    "packages:",
    "  '**':",
    "    access: $authenticated",
    "    publish: $authenticated",
    "log: { type: stdout, format: pretty, level: warn }",
    "web: { enable: false }",
    "",
  ].join("\n");
}
