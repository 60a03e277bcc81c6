import type { AttemptRequest, AttemptResult } from "@gluttony/core";
import type { ObservedState, Position } from "@gluttony/model";
import type { Advance, ParkedRecord, VersionPosition } from "@gluttony/runtime";
import type { HostProcess } from "../world/host-process.ts";
import type { OwnershipWitness } from "../world/memory-source.ts";
import type { CallWitness, TargetCall } from "../world/memory-cell.ts";
import type { Letter, LetterStore } from "../world/letter-store.ts";
import type { PortCalls } from "../world/port-calls.ts";
import type { PositionStore } from "../world/position-store.ts";
import type { SeedPlan } from "../world/plan.ts";
import type { LoggedRecord, Topic } from "../world/topic.ts";
import type { World } from "../world/world.ts";
import { Accounting } from "./accounting.ts";
import { Duplicates } from "./duplicates.ts";
import { laneOf, Order } from "./order.ts";
import { type Ownership, Ownerships } from "./ownerships.ts";
import { Truth } from "./truth.ts";

/** What the checks look at. */
export interface ChecksParts {
  readonly plan: SeedPlan;
  readonly topic: Topic;
  readonly positions: PositionStore;
  readonly letters: LetterStore;
  /** Since when nobody wants the consumer to run; null while it is wanted. */
  offSinceMs(): number | null;
}

/** Milliseconds in which a consumer that is switched off has sent its last call: one question to Postgres may go without an answer. */
const switchedOffMs = 8_000;
/** Starts of one consumer on one host within ten seconds; more is a loop without a pause. */
const startsMax = 10;
const startsWithinMs = 10_000;

/** Listeners that one consumer may have on a host at once: of its run, and of the one before that still ends. */
const listenersMax = 3;

interface Drain {
  readonly faults: number;
  readonly done: ReadonlySet<LoggedRecord>;
}

/** Every check, fed by what the world sees. */
export class Checks implements CallWitness {
  readonly ownerships: Ownerships;
  readonly truth: Truth;
  readonly duplicates: Duplicates;
  readonly accounting: Accounting;
  readonly #order: Order;
  readonly #world: World;
  readonly #parts: ChecksParts;
  readonly #ownerOf = new WeakMap<AttemptRequest, Ownership | undefined>();
  readonly #parking = new Set<LoggedRecord>();
  readonly #starts = new Map<HostProcess, number[]>();
  /** Partitions that stand still by the latest word of their owner, and why. */
  readonly blocked = new Map<number, string>();
  calls = 0;

  constructor(world: World, parts: ChecksParts) {
    const { plan, topic } = parts;
    const { deadlineMs = 0, graceMs = 0, fence = "off", parking = "record" } = plan.delivery;
    this.#world = world;
    this.#parts = parts;
    this.ownerships = new Ownerships(world);
    this.truth = new Truth(world, { topic, ownerships: this.ownerships, attemptMaxMs: deadlineMs + graceMs });
    this.duplicates = new Duplicates(world, parts.positions, plan.isCalm);
    this.accounting = new Accounting(world, topic);
    this.#order = new Order(world, {
      topic,
      ownerships: this.ownerships,
      delivery: { fence, parking },
      isBehindLetter: (record) => parts.letters.all.some((letter) => isOpenBefore(letter, record, topic)),
    });
  }

  onAdvance(held: Position, advance: Advance): void {
    this.accounting.onAdvance(held, advance);
  }

  onParked({ parked }: Letter): void {
    const record = this.#parts.topic.recordOf(parked.record);
    record.story.isParked = true;
    const { topic, letters } = this.#parts;
    if (!parked.isBehind || letters.all.some((letter) => isOpenBefore(letter, record, topic))) return;
    this.#world.violate("K2", `p${record.partition}/${record.offset}: set aside behind nothing`);
  }

  /** A record is about to be set aside; never because its target is down. */
  onParking(process: HostProcess, parked: ParkedRecord, isTargetUp: boolean): void {
    const { kind, code } = parked.failure;
    const record = this.#parts.topic.recordOf(parked.record);
    const isDecided = record.story.isParked || this.#parking.has(record);
    this.#parking.add(record);
    // What was decided while it was up may take its time to be written.
    if (process.isDead || isTargetUp || isDecided || (kind !== "transient" && kind !== "ambiguous")) return;
    this.#world.violate(
      "K1",
      `${process.id} p${record.partition}/${record.offset}: set aside by ${code} while the target is down`,
    );
  }

  /** Listeners of a process's breakers: one of each consumer that runs, and one of a run that ends. */
  onListening(process: HostProcess, count: number): void {
    if (count > listenersMax)
      this.#world.violate("listeners", `${process.id} has ${count} listeners of one consumer`);
  }

  onPassed(key: string, version: VersionPosition): void {
    this.#order.onPassed(key, lsnOf(version));
  }

  /** The fence holds a version back: of every copy of it that the connector wrote. */
  onStale(key: string, version: VersionPosition): void {
    const lsn = lsnOf(version);
    for (const record of this.#parts.topic.records) {
      if ((record.change.key ?? "") === key && record.change.lsn === lsn) record.story.isStale = true;
    }
  }

  onSourceMade(process: HostProcess): void {
    const starts = (this.#starts.get(process) ?? []).filter(
      (atMs) => atMs > this.#world.nowMs - startsWithinMs,
    );
    starts.push(this.#world.nowMs);
    this.#starts.set(process, starts);
    if (starts.length > startsMax)
      this.#world.violate("restarts", `${process.id} starts ${starts.length} times in ten seconds`);
  }

  onSaid(process: HostProcess, states: readonly ObservedState[]): void {
    this.truth.onSaid(process, states);
  }

  onCall(call: TargetCall): void {
    const { record, request, process } = call;
    this.calls += 1;
    const owner = this.ownerships.current(process, record.partition);
    this.#ownerOf.set(request, owner);
    const isReplay = record.story.isParked;
    this.#world.note(
      `${process.id} calls for p${record.partition}/${record.offset} ${record.change.key ?? "-"} v${record.change.version} attempt ${request.attempt}${isReplay ? " again" : ""}`,
    );
    this.#order.onCall(call, owner, isReplay);
    this.duplicates.onCall(call, owner, isReplay);
    const offSinceMs = this.#parts.offSinceMs();
    if (offSinceMs !== null && this.#world.nowMs - offSinceMs > switchedOffMs) {
      this.#world.violate("switched off", `${process.id} calls although the consumer is switched off`);
    }
  }

  onOver(call: TargetCall): void {
    this.#order.onOver(call);
  }

  onAnswered(process: HostProcess, request: AttemptRequest, result: AttemptResult): void {
    const record = this.#parts.topic.recordOf(request.record);
    const said = result.kind === "failed" ? result.failure.code : result.kind;
    this.#world.note(`${process.id} hears ${said} of p${record.partition}/${record.offset}`);
    if (result.kind === "failed") return;
    this.truth.onProgress(process);
    if (result.kind === "filtered") record.story.isLeftOut = true;
    else if (!record.story.isApplied) {
      this.#world.violate(
        "K4",
        `p${record.partition}/${record.offset}: done, and the target did not take it`,
      );
    } else this.duplicates.onDone(record, record.story.isParked ? undefined : this.#ownerOf.get(request));
  }

  /** What one process's source tells. */
  ownershipWitness(process: HostProcess, calls: PortCalls): OwnershipWitness {
    let drain: Drain | null = null;
    return {
      onGiven: (partition, generation) => this.ownerships.give(process, partition, generation),
      onBegun: (partition, start) => {
        this.ownerships.begin(process, partition, start);
        this.truth.onHeld(process);
        this.blocked.delete(partition);
      },
      onBlocked: (partition, code) => this.blocked.set(partition, code),
      onDraining: () => {
        drain = calls.troubled > 0 ? null : { faults: calls.faults, done: this.duplicates.doneBy(process) };
      },
      onLetGo: (partitions, why) => {
        const ended = this.ownerships.end(process, partitions);
        const isClean =
          why === "revoked" && drain !== null && drain.faults === calls.faults && calls.troubled === 0;
        if (isClean && drain !== null) this.duplicates.onDrained(process, ended, drain.done);
      },
    };
  }
}

/** The second part of a position of Postgres: the change itself. */
function lsnOf({ position }: VersionPosition): number {
  return Number(Buffer.from(position).readBigUInt64BE(9));
}

function isOpenBefore({ state, parked }: Letter, record: LoggedRecord, topic: Topic): boolean {
  const parkedRecord = topic.recordOf(parked.record);
  // What the guard refuses has no key that could be trusted: it holds nobody up.
  if (parkedRecord.class === "refused") return false;
  return (
    state !== "replayed" && parkedRecord.offset < record.offset && laneOf(parkedRecord) === laneOf(record)
  );
}
