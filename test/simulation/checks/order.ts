import type { DeliverySettings } from "@gluttony/model";
import type { TargetCall } from "../world/memory-cell.ts";
import type { LoggedRecord, Topic } from "../world/topic.ts";
import type { World } from "../world/world.ts";
import { hasEnding } from "./accounting.ts";
import type { Ownership, Ownerships } from "./ownerships.ts";

/**
 * K2, looked at when a call is sent. Beside another call of the same key it is allowed in one case: the other was
 * sent by an earlier owner of the partition, whose time is over because it died, was paused, lost its place in the
 * group or used up its budget to drain. That call was on the wire already, and nobody can take it back.
 */
export class Order {
  readonly #world: World;
  readonly #topic: Topic;
  readonly #ownerships: Ownerships;
  readonly #delivery: Pick<DeliverySettings, "fence" | "parking">;
  readonly #isBehindLetter: (record: LoggedRecord) => boolean;
  /** Calls on the way, by key, each with the owner in whose name it was sent. */
  readonly #open = new Map<string, Map<TargetCall, Ownership | undefined>>();
  readonly #firstOpen = new Map<string, number>();
  /** By key: versions newer than all before, and when each was sent first. */
  readonly #sent = new Map<string, { readonly atMs: number; readonly lsn: number }[]>();
  /** When the fence last let a version through. */
  readonly #passedAtMs = new Map<string, number>();
  readonly #byKey = new Map<string, LoggedRecord[]>();
  #indexed = 0;

  constructor(
    world: World,
    parts: {
      readonly topic: Topic;
      readonly ownerships: Ownerships;
      readonly delivery: Pick<DeliverySettings, "fence" | "parking">;
      isBehindLetter(record: LoggedRecord): boolean;
    },
  ) {
    this.#world = world;
    this.#topic = parts.topic;
    this.#ownerships = parts.ownerships;
    this.#delivery = parts.delivery;
    this.#isBehindLetter = parts.isBehindLetter;
  }

  onCall(call: TargetCall, owner: Ownership | undefined, isReplay: boolean): void {
    const { record } = call;
    const place = `${call.process.id} p${record.partition}/${record.offset}`;
    if (owner === undefined) this.#world.violate("K2", `${place}: called for a partition that is not held`);
    else if (this.#ownerships.isSuperseded(owner)) {
      this.#world.violate("K2", `${place}: called although another host was given the partition`);
    }
    this.#checkOverlap(call, owner, place);
    if (!isReplay) this.#checkEarlier(record, place);
    this.#checkVersion(record, place);
    if (this.#delivery.parking === "key" && this.#isBehindLetter(record)) {
      this.#world.violate("K2", `${place}: called although an earlier record of its key is set aside`);
    }
  }

  onPassed(key: string, lsn: number): void {
    this.#passedAtMs.set(`${key}:${lsn}`, this.#world.nowMs);
  }

  onOver(call: TargetCall): void {
    this.#open.get(laneOf(call.record))?.delete(call);
  }

  #checkOverlap(call: TargetCall, owner: Ownership | undefined, place: string): void {
    const lane = laneOf(call.record);
    const open = this.#open.get(lane) ?? new Map<TargetCall, Ownership | undefined>();
    this.#open.set(lane, open);
    for (const [other, itsOwner] of open) {
      if (itsOwner !== owner || other.process.isDead) open.delete(other);
      else this.#world.violate("K2", `${place}: runs beside ${other.record.offset} of the same key`);
    }
    open.set(call, owner);
  }

  /** Every earlier record of the key has its ending; with parked keys none of them waits as a dead letter. */
  #checkEarlier(record: LoggedRecord, place: string): void {
    const lane = laneOf(record);
    this.#index();
    const records = this.#byKey.get(lane) ?? [];
    let at = this.#firstOpen.get(lane) ?? 0;
    while (at < records.length) {
      const earlier = records[at];
      if (earlier === undefined || earlier.offset >= record.offset) break;
      // What the guard refuses has no key that could be trusted: it holds nobody up.
      if (!hasEnding(earlier) && earlier.class !== "refused") break;
      at += 1;
    }
    this.#firstOpen.set(lane, at);
    const first = records[at];
    if (first !== undefined && first.offset < record.offset) {
      this.#world.violate("K2", `${place}: called before ${first.offset} of the same key had an ending`);
    }
  }

  /** A newer version that was sent after the fence let this one through is another partition's, where some were added. */
  #checkVersion({ change }: LoggedRecord, place: string): void {
    if (this.#delivery.fence === "off" || change.key === null) return;
    const { key, lsn } = change;
    const sent = this.#sent.get(key) ?? [];
    const passedAtMs = this.#passedAtMs.get(`${key}:${lsn}`) ?? this.#world.nowMs;
    const newest = sent.findLast(({ atMs }) => atMs <= passedAtMs)?.lsn ?? 0;
    if (lsn < newest) {
      this.#world.violate("K2", `${place}: version at ${lsn} follows ${newest} though the fence is on`);
    }
    if (lsn > (sent.at(-1)?.lsn ?? 0)) sent.push({ atMs: this.#world.nowMs, lsn });
    this.#sent.set(key, sent);
  }

  #index(): void {
    const { records } = this.#topic;
    for (; this.#indexed < records.length; this.#indexed += 1) {
      const record = records[this.#indexed];
      if (record === undefined) return;
      const lane = laneOf(record);
      const lanes = this.#byKey.get(lane);
      if (lanes === undefined) this.#byKey.set(lane, [record]);
      else lanes.push(record);
    }
  }
}

export function laneOf({ topicId, partition, change }: LoggedRecord): string {
  return `${topicId}/${partition}/${change.key ?? ""}`;
}
