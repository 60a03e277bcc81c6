import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Broker,
  freePort,
  type Postgres,
  removeDataFolder,
  startBroker,
  startPostgres,
} from "gluttony/local-stack";
import { type FaultProxy, faultProxy } from "../fault-proxy.ts";
import { smallDisk } from "./small-disk.ts";
import { makeDatabase, stack } from "../stack.ts";
import type { SceneWish } from "./fault-row.ts";

/** The servers of one scene: the run's own ones, or some that this scene alone uses and may end. */
export interface SceneParts extends AsyncDisposable {
  readonly kafka: string;
  readonly databaseUrl: string;
  readonly broker: Broker | null;
  readonly postgres: Postgres | null;
  /** Folder of the small file system that the scene's own Postgres lies on. */
  readonly postgresDisk: string | null;
  /** Between everybody and the scene's own broker, which gives out this address as its own. */
  readonly proxy: FaultProxy | null;
}

export async function openParts(wish: SceneWish): Promise<SceneParts> {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-fault-"));
  await chmod(folder, 0o711); // Run as root, Postgres is another user and must get in.
  const closers: (() => Promise<unknown>)[] = [() => removeDataFolder(folder)];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).toReversed()) await one();
  };
  try {
    const proxied = wish.ownBroker === true ? await proxiedBroker(folder) : null;
    if (proxied !== null) closers.push(async () => proxied.proxy[Symbol.asyncDispose]());
    if (proxied !== null) closers.push(() => proxied.broker.stop());
    const disk =
      wish.postgresDiskBytes === undefined
        ? null
        : await smallDisk(join(folder, "postgres"), wish.postgresDiskBytes);
    if (disk !== null) closers.push(async () => disk[Symbol.asyncDispose]());
    const postgres = wish.ownPostgres === true ? await ownPostgres(folder) : null;
    if (postgres !== null) closers.push(() => postgres.stop());
    const shared = postgres === null ? await makeDatabase("gluttony") : null;
    if (shared !== null) closers.push(async () => shared[Symbol.asyncDispose]());
    const kafka = proxied?.proxy.address ?? stack().kafka;
    const databaseUrl = shared?.url ?? postgres?.url("gluttony") ?? "";
    const { broker = null, proxy = null } = proxied ?? {};
    const postgresDisk = disk?.folder ?? null;
    return { kafka, databaseUrl, broker, postgres, postgresDisk, proxy, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function proxiedBroker(
  folder: string,
): Promise<{ readonly broker: Broker; readonly proxy: FaultProxy }> {
  const port = await freePort();
  const proxy = await faultProxy(port);
  try {
    const properties = { "advertised.listeners": `PLAINTEXT://${proxy.address}` };
    const broker = await startBroker({
      dataDir: join(folder, "broker"),
      libs: stack().libs,
      port,
      properties,
    });
    return { broker, proxy };
  } catch (error) {
    await proxy[Symbol.asyncDispose]();
    throw error;
  }
}

async function ownPostgres(folder: string): Promise<Postgres> {
  const postgres = await startPostgres({ dataDir: join(folder, "postgres") });
  await postgres.createDatabase("gluttony");
  return postgres;
}
