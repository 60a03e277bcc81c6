import { createHash, createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One version that the registry serves. */
export interface Published {
  readonly name: string;
  readonly version: string;
  /** Path of the package file. */
  readonly file: string;
  readonly time?: string;
  /** Changes the entry before it is served, to be wrong in one way. */
  readonly spoil?:
    | ((entry: { dist: { [name: string]: unknown }; [name: string]: unknown }) => void)
    | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A registry of a test's own on a real socket: it signs what it serves, and can be made to misbehave. */
export class FixtureRegistry implements AsyncDisposable {
  /** Paths that were asked for, in their order. */
  readonly asked: string[] = [];
  readonly keyid = "SHA256:fixture";
  /** Answers a request instead of the registry, when it says yes. */
  instead: Answer = () => false;
  readonly #server: Server;
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #packages = new Map<string, Published[]>();

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FixtureRegistry> {
    const registry = new FixtureRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** The public key as a policy pins it. */
  get publicKey(): string {
    return spkiOf(this.#keys.publicKey);
  }

  publish(published: Published): void {
    this.#packages.set(published.name, [...(this.#packages.get(published.name) ?? []), published]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", this.url).pathname);
    this.asked.push(path);
    if (this.instead(request, response)) return;
    const [name = "", file] = path.slice(1).split("/-/");
    const versions = this.#packages.get(name);
    if (versions === undefined) response.writeHead(404).end("{}");
    else if (file === undefined) response.end(JSON.stringify(await this.#packument(name, versions)));
    else {
      const found = versions.find(({ version }) => file === `${version}.tgz`);
      response.end(found === undefined ? "" : await readFile(found.file));
    }
  }

  async #packument(name: string, versions: readonly Published[]): Promise<object> {
    const entries = await Promise.all(versions.map((one) => this.#entry(one)));
    return {
      name,
      versions: Object.fromEntries(entries.map((entry) => [entry["version"], entry])),
      time: Object.fromEntries(versions.flatMap(({ version, time }) => (time ? [[version, time]] : []))),
      "dist-tags": {},
    };
  }

  async #entry({ name, version, file, spoil }: Published): Promise<{ readonly [name: string]: unknown }> {
    const integrity = `sha512-${createHash("sha512")
      .update(await readFile(file))
      .digest("base64")}`;
    const sig = createSign("SHA256")
      .update(`${name}@${version}:${integrity}`)
      .sign(this.#keys.privateKey, "base64");
    const signatures = [{ keyid: this.keyid, sig }];
    const dist = { tarball: `${this.url}${name}/-/${version}.tgz`, integrity, signatures };
    const entry = { _id: `${name}@${version}`, name, version, dist };
    spoil?.(entry);
    return entry;
  }
}

function spkiOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("base64");
}
