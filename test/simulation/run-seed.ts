import { Checks } from "./checks/checks.ts";
import { checkCalm, checkRows, type FinalParts, unfinishedOf } from "./checks/final-state.ts";
import { closeGlobals } from "./world/closed-globals.ts";
import { ConsumerRows } from "./world/consumer-rows.ts";
import { FenceStore } from "./world/fence-store.ts";
import { GroupCoordinator } from "./world/group-coordinator.ts";
import { LetterStore } from "./world/letter-store.ts";
import { Nemesis } from "./world/nemesis.ts";
import { drawPlan, type SeedPlan } from "./world/plan.ts";
import { PositionStore } from "./world/position-store.ts";
import type { Weather } from "./world/port-calls.ts";
import { Producer } from "./world/producer.ts";
import { SeededRandom } from "./world/seeded-random.ts";
import { SimHost, type Site } from "./world/sim-host.ts";
import { type SourceChange, SourceDatabase } from "./world/source-database.ts";
import { Subjects } from "./world/subjects.ts";
import { Target } from "./world/target.ts";
import { type RecordClass, Topic } from "./world/topic.ts";
import { type Violation, World } from "./world/world.ts";

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Tells whether two runs were the same. */
  readonly hash: string;
  /** Whether so little happened that nothing is proved. */
  readonly isVoid: boolean;
  readonly events: number;
  readonly records: number;
  readonly calls: number;
  readonly duplicates: number;
  readonly virtualMs: number;
  /** Lines, if they were asked for. */
  readonly trace: readonly string[];
}

/** Fewer prove nothing. */
const recordsMin = 60;
const callsMin = 30;
/** K11: milliseconds without any progress after the healing; the watchdog's whole ladder fits in. */
const stallMaxMs = 120_000;
/** Milliseconds after the healing in which everything has drained, however slowly. */
const drainMaxMs = 900_000;
const lookEveryMs = 500;
/** Milliseconds in which nothing more may happen once all has drained. */
const quietMs = 6_500;

/** Runs one seed from beginning to end. No clock and no generator of the process is used meanwhile. */
export async function runSeed(seed: number, isTraced = false): Promise<SeedResult> {
  const openGlobals = closeGlobals();
  const rejected: unknown[] = [];
  const onRejected = (reason: unknown): void => void rejected.push(reason);
  process.on("unhandledRejection", onRejected);
  try {
    const random = new SeededRandom(seed);
    const world = new World(random, isTraced);
    const parts = build(world, drawPlan(random));
    await world.run();
    openGlobals();
    // Rejections that nobody handled are told of when the loop turns.
    await new Promise((resolve) => setImmediate(resolve));
    for (const reason of rejected) {
      world.violate(
        "crash",
        `nobody handled ${reason instanceof Error ? (reason.stack ?? "") : String(reason)}`,
      );
    }
    return resultOf(seed, parts);
  } finally {
    openGlobals();
    process.off("unhandledRejection", onRejected);
  }
}

interface Built extends FinalParts {
  readonly checks: Checks;
}

function build(world: World, plan: SeedPlan): Built {
  const { random } = world;
  const nowMs = (): number => world.nowMs;
  const weather: Weather = { isAway: { database: false, broker: false }, faults: plan.calls };
  const topic = new Topic(plan.partitions, nowMs, (change) => classOf(change, plan));
  const database = new SourceDatabase(random, plan.keys, nowMs);
  const target = new Target(random, {
    typicalMs: plan.targetMs,
    poison: plan.poison,
    faults: plan.isCalm
      ? { appliedWithoutAnswer: 0, serverError: 0 }
      : { appliedWithoutAnswer: random.pick([0, 0.02]), serverError: random.pick([0, 0.03]) },
  });
  const positions: PositionStore = new PositionStore((held, advance) => checks.onAdvance(held, advance));
  const letters = new LetterStore(nowMs, {
    onParked: (letter) => checks.onParked(letter),
    isBelowMark: ({ topicId, record }) => {
      const held = positions.get(record.partition);
      return held?.topicId === topicId && held.mark > record.offset;
    },
  });
  const rows = new ConsumerRows(world, plan, () => weather.isAway.database);
  const checks: Checks = new Checks(world, {
    plan,
    topic,
    positions,
    letters,
    offSinceMs: () => rows.offSinceMs,
  });
  const subjects = new Subjects();
  const fence = new FenceStore({
    onPassed: (subject, version) => checks.onPassed(subjects.keyOf(subject), version),
    onStale: (subject, version) => checks.onStale(subjects.keyOf(subject), version),
  });
  const group = new GroupCoordinator(world, {
    partitionCount: () => topic.partitions.length,
    onCommitted: (partition, mark) =>
      checks.accounting.onCommitted(partition, mark, positions.get(partition)),
  });
  const site: Site = {
    world,
    weather,
    topic,
    group,
    positions,
    letters,
    fence,
    subjects,
    rows,
    target,
    checks,
  };
  const hosts = Array.from({ length: plan.hosts }, (_, index) => new SimHost(site, `host-${index + 1}`));
  topic.onAppended = () => {
    for (const host of hosts) host.source?.look();
  };
  const producer = new Producer(world, { topic, database, plan });
  new Nemesis({ site, plan, hosts, producer }).start();
  producer.start();
  const parts: Built = {
    world,
    plan,
    topic,
    positions,
    letters,
    database,
    target,
    checks,
    truth: checks.truth,
    blocked: checks.blocked,
  };
  world.after(plan.healAtMs + lookEveryMs, () => awaitDrained(parts, producer));
  return parts;
}

function classOf(change: SourceChange, plan: SeedPlan): RecordClass {
  if (change.valueBytes === null) return "filtered";
  if (change.isDeep) return "refused";
  return change.operation === "r" && plan.operations.length > 0 ? "filtered" : "wanted";
}

/** K11: everything drains to nothing, and then nothing more happens. */
function awaitDrained(parts: Built, producer: Producer): void {
  const { world, plan } = parts;
  const unfinished = unfinishedOf(parts);
  const isDrained = producer.isFinished && unfinished.length === 0 && !hasWaitingLetters(parts);
  if (isDrained && world.nowMs > plan.healAtMs + 6_000) {
    world.note("all has drained");
    const callsBefore = parts.checks.calls;
    world.after(quietMs, () => {
      // What was read before a partition came to stand still is finished all the same.
      if (parts.checks.calls > callsBefore && plan.story === "none")
        world.violate("K11", "calls go on though all has drained");
      checkRows(parts);
      checkCalm(parts);
      world.end();
    });
    return;
  }
  const stalledMs = world.nowMs - Math.max(plan.healAtMs, parts.truth.lastProgressMs);
  if (stalledMs > stallMaxMs || world.nowMs > plan.healAtMs + drainMaxMs) {
    const said = parts.truth.said
      .map(({ hostId, state, cause }) => `${hostId} ${state} ${cause?.code ?? ""}`)
      .join("; ");
    world.violate(
      "K11",
      `not drained ${Math.round(stalledMs)} ms after the last progress: ${unfinished.join(", ")} (${said})`,
    );
    world.end();
    return;
  }
  world.after(lookEveryMs, () => awaitDrained(parts, producer));
}

/** Whether letters are left that a person asks for. */
function hasWaitingLetters({ letters, plan, topic }: Built): boolean {
  if (!plan.isReplayed || plan.delivery.deadLetterBytes === "reference" || plan.story !== "none")
    return false;
  // What the guard refuses it refuses again.
  return letters.all.some(
    ({ state, parked }) => state !== "replayed" && topic.recordOf(parked.record).class !== "refused",
  );
}

function resultOf(seed: number, { world, topic, checks }: Built): SeedResult {
  const records = topic.records.length;
  return {
    seed,
    violations: world.violations,
    hash: world.trace.hash,
    isVoid: records < recordsMin || checks.calls < callsMin,
    events: world.eventCount,
    records,
    calls: checks.calls,
    duplicates: checks.duplicates.count,
    virtualMs: Math.round(world.nowMs),
    trace: world.trace.lines,
  };
}
