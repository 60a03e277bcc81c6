import { createPool, type Pool } from "@gluttony/postgres";
import { GluttonyError } from "@gluttony/model";
import { createGenerator } from "../local-stack/hospital-life.ts";
import { prepareJars } from "../local-stack/jars.ts";
import { type LocalStack, type StackStep, startLocalStack } from "../local-stack/local-stack.ts";
import { endLeftover } from "../local-stack/spawned.ts";
import { awaitConsumers } from "./await-consumers.ts";
import { demoConsumers, writeConsumers } from "./demo-consumers.ts";
import { hostFolder, startHost } from "./demo-host.ts";
import type { DemoOptions, DemoPlan } from "./demo-options.ts";
import type { DemoParts } from "./demo-parts.ts";
import { startDemoStubs } from "./demo-stubs.ts";
import { HOSPITAL_DATABASE, OWN_DATABASE, prepareDatabases } from "./prepare-databases.ts";
import type { Report } from "./report.ts";

const FETCH_NOTE = "fetching Kafka, Connect and Debezium (about 70 MB); they are kept for later runs";

/** What a start needs to know. */
export interface StartWish {
  readonly folder: string;
  readonly options: DemoOptions;
  readonly plan: DemoPlan;
  readonly signal: AbortSignal;
  /** Called with every part that has to be ended again, in the order of their starts. */
  readonly keep: (part: AsyncDisposable) => void;
}

/** Starts everything in order and tells each step; what was started is kept for the end even if a later step fails. */
export async function startParts(wish: StartWish, report: Report): Promise<DemoParts> {
  const { folder, plan, signal } = wish;
  await endLeftover(hostFolder(folder));
  await report.step(
    "jars",
    () => fetchJars(wish, report),
    ({ isFetched }) => ({ detail: isFetched ? "fetched" : "cached" }),
  );
  const stack = kept(wish, await startStack(folder, report));
  const { postgres, broker, connect } = stack;
  if (postgres === undefined || broker === undefined || connect === undefined)
    throw new GluttonyError("internal.unexpected");
  signal.throwIfAborted();
  await report.step(
    "database",
    () => prepareDatabases(postgres, plan.hospital),
    (steps) => ({
      detail: `${HOSPITAL_DATABASE} seeded · ${OWN_DATABASE} migrated (${steps} new)`,
    }),
  );
  signal.throwIfAborted();
  const stubs = kept(
    wish,
    await report.step(
      "stubs",
      () => startDemoStubs(folder),
      ({ empi, cdss }) => ({ detail: `EMPI ${empi.url} · CDSS ${cdss.url}` }),
    ),
  );
  const addresses = { empi: stubs.empi.url, cdss: stubs.cdss.url, datasync: stubs.datasync.url };
  const start = () =>
    startHost({
      folder,
      databaseUrl: postgres.url(OWN_DATABASE),
      kafka: broker.address,
      connect: connect.url,
      ...addresses,
    });
  const host = kept(
    wish,
    await report.step("host", start, ({ url }) => ({ detail: `gluttony serve on ${url}` })),
  );
  signal.throwIfAborted();
  const consume = async () => {
    await writeConsumers(postgres, folder);
    return awaitConsumers(host, signal);
  };
  await report.step("consumers", consume, (seen) => ({
    detail: demoConsumers
      .map(({ name }, index) => `${name} ${seen[index]?.state} (${seen[index]?.done} done)`)
      .join(" · "),
  }));
  const hospital = kept(wish, hospitalPool(postgres.url(HOSPITAL_DATABASE)));
  const life = kept(
    wish,
    createGenerator((sql, params) => hospital.query(sql, params)),
  );
  return { folder, stack, postgres, stubs, host, hospital, life };
}

function kept<Part extends AsyncDisposable>({ keep }: StartWish, part: Part): Part {
  keep(part);
  return part;
}

function fetchJars({ options }: StartWish, report: Report): ReturnType<typeof prepareJars> {
  return prepareJars({ isOffline: options.offline, onFetch: () => report.say(`  ${FETCH_NOTE} …`) });
}

/** Two connections: the generator must not hold up a person's key. */
function hospitalPool(connectionString: string): Pool {
  return createPool({ connectionString, applicationName: "hospital", connectionsMax: 2 });
}

async function startStack(folder: string, report: Report): Promise<LocalStack> {
  const begun = performance.now();
  const failed = new Set<string>();
  const onStep = ({ step, state, tookMs, detail }: StackStep): void => {
    if (state === "done" && step !== "jars") report.done(step, tookMs, { detail });
    if (state === "failed") failed.add(step);
  };
  try {
    // The jars are there by now.
    return await startLocalStack({
      dataDir: folder,
      parts: ["postgres", "broker", "connect"],
      isOffline: true,
      onStep,
    });
  } catch (error) {
    report.failed([...failed][0] ?? "stack", performance.now() - begun, error);
    throw error;
  }
}
