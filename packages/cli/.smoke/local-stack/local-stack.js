import { join, resolve } from "node:path";
import { startBroker } from "./broker.js";
import { startConnect } from "./connect.js";
import { makeFolder } from "./folders.js";
import { prepareJars } from "./jars.js";
import { startPostgres } from "./postgres.js";
import { endLeftover } from "./spawned.js";
/** Starts what is asked for, at the same time where nothing has to wait; if one part fails, all end. */
export async function startLocalStack(wish) {
  const dataDir = resolve(wish.dataDir);
  await makeFolder(dataDir);
  for (const part of ["connect", "broker", "postgres"]) await endLeftover(join(dataDir, part));
  const started = [];
  const stop = async () => {
    // The last one started depends on the others.
    for (const part of started.splice(0).toReversed()) await part[Symbol.asyncDispose]();
  };
  const steps = stepsOf(wish, dataDir, started);
  const [postgres, kafka] = await Promise.allSettled([steps.postgres(), steps.kafka()]);
  if (postgres.status === "fulfilled" && kafka.status === "fulfilled") {
    return { dataDir, postgres: postgres.value, ...kafka.value, stop, [Symbol.asyncDispose]: stop };
  }
  await stop();
  throw postgres.status === "rejected"
    ? postgres.reason
    : kafka.status === "rejected"
      ? kafka.reason
      : undefined;
}
function stepsOf(wish, dataDir, started) {
  const wants = (part) => wish.parts.includes(part);
  const keep = (part) => {
    started.push(part);
    return part;
  };
  return {
    async postgres() {
      if (!wants("postgres")) return undefined;
      const start = () => startPostgres({ dataDir: join(dataDir, "postgres") });
      return keep(
        await timed(wish, { step: "postgres", detailOf: (part) => `127.0.0.1:${part.port}` }, start),
      );
    },
    async kafka() {
      if (!wants("broker") && !wants("connect"))
        return { jars: undefined, broker: undefined, connect: undefined };
      const jars = await timed(
        wish,
        { step: "jars", detailOf: (found) => (found.isFetched ? "fetched" : "cached") },
        () => prepareJars(wish.isOffline === true ? { isOffline: true } : {}),
      );
      const broker = await timed(wish, { step: "broker", detailOf: (part) => part.address }, () =>
        startBroker({ dataDir: join(dataDir, "broker"), libs: jars.libs }),
      );
      keep(broker);
      if (!wants("connect")) return { jars, broker, connect: undefined };
      const connect = await timed(wish, { step: "connect", detailOf: (part) => part.url }, () =>
        startConnect({ dataDir: join(dataDir, "connect"), ...jars, bootstrap: broker.address }),
      );
      return { jars, broker, connect: keep(connect) };
    },
  };
}
async function timed(wish, told, start) {
  const begun = performance.now();
  const tell = (state, detail) => {
    wish.onStep?.({ step: told.step, state, tookMs: Math.round(performance.now() - begun), detail });
  };
  tell("begun", "");
  try {
    const part = await start();
    tell("done", told.detailOf(part));
    return part;
  } catch (error) {
    tell("failed", error instanceof Error ? error.message : "");
    throw error;
  }
}
