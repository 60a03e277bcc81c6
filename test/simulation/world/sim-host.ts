import type { Cell, PluginHost, ResolvedHandler } from "@gluttony/core";
import type { ObservedState } from "@gluttony/model";
import { Metrics, Supervisor } from "@gluttony/runtime";
import type { SupervisorCollaborators, TargetBreakers } from "@gluttony/runtime";
import type { Checks } from "../checks/checks.ts";
import type { ConsumerRows } from "./consumer-rows.ts";
import type { FenceStore } from "./fence-store.ts";
import type { GroupCoordinator } from "./group-coordinator.ts";
import { HostProcess } from "./host-process.ts";
import type { LetterStore } from "./letter-store.ts";
import { MemoryCell } from "./memory-cell.ts";
import { MemorySource } from "./memory-source.ts";
import { PortCalls, type Weather } from "./port-calls.ts";
import type { PositionStore } from "./position-store.ts";
import type { Subjects } from "./subjects.ts";
import type { Target } from "./target.ts";
import type { Topic } from "./topic.ts";
import { WatchedBreakers } from "./watched-breakers.ts";
import type { World } from "./world.ts";

/** What all hosts share. */
export interface Site {
  readonly world: World;
  readonly weather: Weather;
  readonly topic: Topic;
  readonly group: GroupCoordinator;
  readonly positions: PositionStore;
  readonly letters: LetterStore;
  readonly fence: FenceStore;
  readonly subjects: Subjects;
  readonly rows: ConsumerRows;
  readonly target: Target;
  readonly checks: Checks;
}

/** Metrics are counted and never looked at here; one register serves every run. */
const metrics = new Metrics("0.0.0");

/** A machine on which gluttony lives, dies and is started again. */
export class SimHost {
  readonly id: string;
  readonly #site: Site;
  #lives = 0;
  #process: HostProcess | null = null;
  #cell: MemoryCell | null = null;
  #source: MemorySource | null = null;
  #stopping = new AbortController();

  constructor(site: Site, id: string) {
    this.#site = site;
    this.id = id;
  }

  /** The life that goes on now; null while there is none. */
  get process(): HostProcess | null {
    return this.#process?.isDead === false ? this.#process : null;
  }

  get cell(): MemoryCell | null {
    return this.process === null ? null : this.#cell;
  }

  get source(): MemorySource | null {
    return this.process === null ? null : this.#source;
  }

  start(): void {
    if (this.process !== null) return;
    const { world, target, checks, topic, weather } = this.#site;
    this.#lives += 1;
    const process = new HostProcess(world, this.id, this.#lives);
    world.note(`${process.id} starts`);
    const calls = new PortCalls(world, process, weather);
    const breakers = new WatchedBreakers(process.clock, {
      random: () => world.random.next(),
      onListening: (count) => checks.onListening(process, count),
    });
    this.#process = process;
    this.#cell = new MemoryCell({
      world,
      process,
      target,
      breakers,
      witness: checks,
      recordOf: (request) => topic.recordOf(request.record),
    });
    this.#stopping = new AbortController();
    const supervisor = new Supervisor(this.#collaborators(process, calls, breakers), {
      hostId: this.id,
      fetchWaitMs: 500,
    });
    void supervisor.run(this.#stopping.signal, 2_000).then(
      () => process.kill("it has stopped"),
      (error: unknown) => {
        world.violate(
          "crash",
          `${process.id} ended: ${error instanceof Error ? (error.stack ?? "") : String(error)}`,
        );
        process.kill("it crashed");
      },
    );
  }

  /** Asks it to drain and end, as SIGTERM does. */
  stop(): void {
    if (this.process !== null) this.#site.world.note(`${this.process.id} is asked to stop`);
    this.#stopping.abort();
  }

  #collaborators(process: HostProcess, calls: PortCalls, breakers: TargetBreakers): SupervisorCollaborators {
    const { world, subjects } = this.#site;
    return {
      clock: process.clock,
      random: () => world.random.next(),
      log: logOf(world, process),
      metrics,
      breakers,
      subjects,
      schemas: null,
      plugins: this.#plugins(process),
      connectors: { ensure: () => process.clock.sleep(2), removeUnused: () => Promise.resolve([]) },
      sources: { create: () => this.#makeSource(process, calls) },
      shadows: { add: () => Promise.resolve() },
      takeBacks: { remember: () => Promise.resolve() },
      errors: { note: () => undefined },
      ...this.#stores(process, calls, breakers),
    };
  }

  #stores(
    process: HostProcess,
    calls: PortCalls,
    breakers: TargetBreakers,
  ): Pick<SupervisorCollaborators, "positions" | "deadLetters" | "fence" | "observations" | "desired"> {
    const { checks, fence, letters, positions, rows, world } = this.#site;
    const { truth } = checks;
    const once = { isRepeatable: false };
    return {
      positions: {
        load: () =>
          calls.call("database", "positions.load", () => {
            const loaded = positions.load();
            checks.ownerships.noteLoaded(process, loaded);
            return loaded;
          }),
        begin: (_consumerId, position) =>
          calls.call("database", "positions.begin", () => positions.begin(position)),
        advance: (_consumerId, _topic, advances) =>
          calls.call("database", "positions.advance", () => {
            const moved = positions.advance(advances);
            for (const { partition, from, to } of advances) {
              world.note(
                `${process.id} p${partition} ${from}→${to} ${moved.has(partition) ? "saved" : "is not its to save"}`,
              );
            }
            if (moved.size > 0) truth.onProgress(process);
            return moved;
          }),
      },
      deadLetters: {
        park: (parked) => {
          checks.onParking(process, parked, breakers.isUp(parked.failure.target));
          return calls.call("database", "letters.park", () => letters.park(parked));
        },
        takeReplays: (_consumerId, wanted) =>
          calls.call("database", "letters.take", () => letters.takeReplays(wanted), once),
        finishReplay: (id, failure) =>
          calls.call("database", "letters.finish", () => letters.finishReplay(id, failure)),
        parkedSubjects: (_consumerId, partitions) =>
          calls.call("database", "letters.subjects", () => letters.parkedSubjects(partitions)),
      },
      fence: {
        raise: (_consumerId, versions) => calls.call("database", "fence.raise", () => fence.raise(versions)),
      },
      observations: {
        write: (states: readonly ObservedState[]) => {
          if (!process.isDead) checks.onSaid(process, states);
          return calls.call("database", "observations.write", () => undefined);
        },
        remember: () => calls.call("database", "observations.remember", () => undefined),
        forget: () => calls.call("database", "observations.forget", () => undefined),
      },
      desired: {
        list: () => calls.call("database", "rows.list", () => rows.list()),
        listen: (onChange, signal) => rows.listen(process, onChange, signal),
      },
    };
  }

  #makeSource(process: HostProcess, calls: PortCalls): MemorySource {
    const { world, topic, group, checks, weather } = this.#site;
    if (!process.isDead) checks.onSourceMade(process);
    const source = new MemorySource({
      world,
      process,
      calls,
      topic,
      group,
      witness: checks.ownershipWitness(process, calls),
      isBrokerAway: () => weather.isAway.broker,
    });
    this.#source = source;
    return source;
  }

  #plugins(process: HostProcess): PluginHost {
    const cell = (): Cell => {
      if (this.#cell === null) throw new Error("a host has a cell");
      return this.#cell;
    };
    return {
      resolve: () => process.clock.sleep(1).then(() => resolved),
      acquire: () => process.clock.sleep(5).then(() => ({ cell: cell(), release: () => Promise.resolve() })),
      resolveShadow: () => Promise.resolve(null),
      acquireShadow: () => Promise.reject(new Error("nothing is shadowed here")),
      close: () => Promise.resolve(),
    };
  }
}

const resolved: ResolvedHandler = {
  release: {
    package: "sim",
    version: "1.0.0",
    treeHash: "tree",
    root: "/sim",
    manifest: {
      manifest: 1,
      protocols: [1],
      needs: [],
      handlers: [],
      permissions: { net: [] },
      limits: { memoryMb: 64 },
    },
    isFirstParty: false,
    grantedNet: [],
  },
  handler: "handle",
  config: {},
  insteadOf: null,
};

function logOf(world: World, process: HostProcess): SupervisorCollaborators["log"] {
  const say = (message: string, facts?: { readonly [name: string]: unknown }): void => {
    if (!process.isDead) world.note(`${process.id} logs: ${message} ${JSON.stringify(facts ?? {})}`);
  };
  return { debug: () => undefined, info: say, warn: say, error: say };
}
