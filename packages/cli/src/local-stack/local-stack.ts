import { join, resolve } from "node:path";
import { type Broker, startBroker } from "./broker.ts";
import { type ConnectWorker, startConnect } from "./connect.ts";
import { makeFolder } from "./folders.ts";
import { type Jars, prepareJars } from "./jars.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { endLeftover } from "./spawned.ts";

export type StackPart = "postgres" | "broker" | "connect";

/** What a person sees while the stack starts. Each step is told once when it begins and once when it ends. */
export interface StackStep {
  readonly step: "jars" | StackPart;
  readonly state: "begun" | "done" | "failed";
  /** Since the step began. */
  readonly tookMs: number;
  /** What is there now, such as the address. */
  readonly detail: string;
}

export interface StackWish {
  readonly dataDir: string;
  /** Connect needs the broker and brings it along. */
  readonly parts: readonly StackPart[];
  readonly isOffline?: boolean;
  readonly onStep?: (step: StackStep) => void;
}

/** The parts that were asked for; they end together. */
export interface LocalStack extends AsyncDisposable {
  readonly dataDir: string;
  readonly jars: Jars | undefined;
  readonly postgres: Postgres | undefined;
  readonly broker: Broker | undefined;
  readonly connect: ConnectWorker | undefined;
  stop(): Promise<void>;
}

/** Starts what is asked for, at the same time where nothing has to wait; if one part fails, all end. */
export async function startLocalStack(wish: StackWish): Promise<LocalStack> {
  const dataDir = resolve(wish.dataDir);
  await makeFolder(dataDir);
  for (const part of ["connect", "broker", "postgres"]) await endLeftover(join(dataDir, part));
  const started: AsyncDisposable[] = [];
  const stop = async (): Promise<void> => {
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

interface KafkaParts {
  readonly jars: Jars | undefined;
  readonly broker: Broker | undefined;
  readonly connect: ConnectWorker | undefined;
}

interface Steps {
  postgres(): Promise<Postgres | undefined>;
  kafka(): Promise<KafkaParts>;
}

function stepsOf(wish: StackWish, dataDir: string, started: AsyncDisposable[]): Steps {
  const wants = (part: StackPart): boolean => wish.parts.includes(part);
  const keep = <Part extends AsyncDisposable>(part: Part): Part => {
    started.push(part);
    return part;
  };
  return {
    async postgres() {
      if (!wants("postgres")) return undefined;
      const start = (): Promise<Postgres> => startPostgres({ dataDir: join(dataDir, "postgres") });
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

async function timed<Part>(
  wish: StackWish,
  told: { readonly step: StackStep["step"]; readonly detailOf: (part: Part) => string },
  start: () => Promise<Part>,
): Promise<Part> {
  const begun = performance.now();
  const tell = (state: StackStep["state"], detail: string): void => {
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
