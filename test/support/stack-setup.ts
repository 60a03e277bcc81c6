import { chmod, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConnectWorker, LocalStack } from "gluttony/local-stack";
import type { TestProject } from "vitest/node";
import type { StackAddresses } from "./stack.ts";

type LocalStackModule = typeof import("gluttony/local-stack");

/** One stack for the run, however many projects name this file. */
interface Shared {
  users: number;
  readonly base: Promise<Base>;
  connect: Promise<ConnectWorker> | undefined;
}

interface Base {
  readonly parts: LocalStackModule;
  readonly folder: string;
  readonly stack: LocalStack | undefined;
  readonly addresses: StackAddresses;
}

const NO_STACK: StackAddresses = {
  postgresPort: 0,
  kafka: "",
  connectUrl: "",
  libs: "",
  plugins: "",
  unavailable: "",
  postgresUnavailable: "",
};

/** Only what this machine lacks is a reason to skip tests; anything else is a failure. */
const LACKS = /^environment\.(java_missing|maven_missing|fetch_failed|unsupported)$/;

// Each project loads this file anew, so what they share cannot be a variable of the module.
const registry = globalThis as { [key: symbol]: Shared | undefined };
const KEY = Symbol.for("gluttony.test.stack");

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (registry[KEY] ??= { users: 0, base: startBase(project), connect: undefined });
  shared.users += 1;
  try {
    const base = await shared.base;
    const connectUrl = project.name === "end-to-end" ? await connectOf(shared, base) : "";
    project.provide("stack", { ...base.addresses, connectUrl });
  } catch (error) {
    await leave(shared);
    throw error;
  }
  return () => leave(shared);
}

async function startBase(project: TestProject): Promise<Base> {
  const parts = await loadParts(project);
  const folder = await mkdtemp(join(tmpdir(), "gluttony-test-"));
  await chmod(folder, 0o711); // Run as root, Postgres is another user and must get in.
  try {
    return { parts, folder, ...(await startParts(parts, folder)) };
  } catch (error) {
    await parts.removeDataFolder(folder);
    throw error;
  }
}

/**
 * Loads the stack from its sources. The global setup itself runs in an environment that does not know the condition
 * `@gluttony/source`; the one that the tests are loaded in does.
 */
async function loadParts(project: TestProject): Promise<LocalStackModule> {
  return (await project.vite.ssrLoadModule("gluttony/local-stack")) as LocalStackModule;
}

/** Without Java or Maven there is Postgres alone, and the reason is provided instead of a broker. */
async function startParts(parts: LocalStackModule, dataDir: string): Promise<Omit<Base, "parts" | "folder">> {
  const both = await triedOf(() => parts.startLocalStack({ dataDir, parts: ["postgres", "broker"] }));
  if (both.stack !== undefined) return { stack: both.stack, addresses: addressesOf(both.stack) };
  const alone = await triedOf(() => parts.startLocalStack({ dataDir, parts: ["postgres"] }));
  const reasons = { unavailable: both.reason, postgresUnavailable: alone.reason };
  return { stack: alone.stack, addresses: { ...addressesOf(alone.stack), ...reasons } };
}

async function triedOf(start: () => Promise<LocalStack>): Promise<{ stack?: LocalStack; reason: string }> {
  try {
    return { stack: await start(), reason: "" };
  } catch (error) {
    const isLack = error instanceof Error && "code" in error && LACKS.test(String(error.code));
    if (isLack) return { reason: error.message };
    throw error;
  }
}

function addressesOf(stack: LocalStack | undefined): StackAddresses {
  return {
    ...NO_STACK,
    postgresPort: stack?.postgres?.port ?? 0,
    kafka: stack?.broker?.address ?? "",
    libs: stack?.jars?.libs ?? "",
    plugins: stack?.jars?.plugins ?? "",
  };
}

async function connectOf(shared: Shared, base: Base): Promise<string> {
  const { broker, jars } = base.stack ?? {};
  if (broker === undefined || jars === undefined) return "";
  const dataDir = join(base.folder, "connect");
  shared.connect ??= base.parts.startConnect({ dataDir, ...jars, bootstrap: broker.address });
  return (await shared.connect).url;
}

/** The last project that leaves ends everything and removes the folder, also after a failure. */
async function leave(shared: Shared): Promise<void> {
  shared.users -= 1;
  if (shared.users > 0) return;
  registry[KEY] = undefined;
  const connect = await shared.connect?.catch(() => undefined);
  await connect?.stop();
  const base = await shared.base.catch(() => undefined);
  await base?.stack?.stop();
  await base?.parts.removeDataFolder(base.folder);
}
