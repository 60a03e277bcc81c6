import type { World } from "./world.ts";

/** Milliseconds; a tenth of what brokers use. */
export const sessionMs = 3_000;
export const heartbeatMs = 400;
export const rebalanceMs = 4_000;

/** What a member is told when the group has formed. */
export interface JoinAnswer {
  readonly memberId: string;
  readonly generation: number;
  readonly assigned: readonly number[];
  /** When the coordinator counted it as alive. */
  readonly atMs: number;
}

/** What a group is about. */
export interface GroupSurroundings {
  partitionCount(): number;
  onCommitted(partition: number, mark: number): void;
}

interface Member {
  readonly id: string;
  readonly clientId: string;
  heardAtMs: number;
  /** Waits for the group to form; null while it does not. */
  joining: ((answer: JoinAnswer) => void) | null;
  assigned: readonly number[];
}

/** The broker that forms one group: generations, sessions, and offsets that only the present generation commits. */
export class GroupCoordinator {
  readonly committed = new Map<number, number>();
  readonly #world: World;
  readonly #about: GroupSurroundings;
  readonly #members = new Map<string, Member>();
  readonly #isSticky: boolean;
  #generation = 0;
  #isPreparing = false;
  #joined = 0;
  #callOff: () => void = () => undefined;

  constructor(world: World, about: GroupSurroundings) {
    this.#world = world;
    this.#about = about;
    this.#isSticky = world.random.isHit(0.5);
    this.#watchSessions();
  }

  get memberIds(): readonly string[] {
    return [...this.#members.keys()];
  }

  get clients(): readonly string[] {
    return [...this.#members.values()].map((member) => member.clientId);
  }

  /** Who holds a partition by the present generation. */
  ownerOf(partition: number): string | undefined {
    return [...this.#members.values()].find((member) => member.assigned.includes(partition))?.id;
  }

  join(memberId: string | null, clientId: string, answer: (joined: JoinAnswer) => void): void {
    const known = memberId === null ? undefined : this.#members.get(memberId);
    const member = known ?? this.#add(clientId);
    member.heardAtMs = this.#world.nowMs;
    member.joining = answer;
    this.#prepare();
    this.#formWhenComplete();
  }

  heartbeat(memberId: string, generation: number): "well" | "rebalancing" | "unknown" {
    const member = this.#members.get(memberId);
    if (member === undefined || generation !== this.#generation)
      return member === undefined ? "unknown" : "rebalancing";
    member.heardAtMs = this.#world.nowMs;
    return this.#isPreparing ? "rebalancing" : "well";
  }

  /** Keeps a session alive while its member drains or waits for the others. */
  stayAlive(memberId: string): boolean {
    const member = this.#members.get(memberId);
    if (member !== undefined) member.heardAtMs = this.#world.nowMs;
    return member !== undefined;
  }

  /** Only a member of the present generation commits; a commit while the group forms is taken, as brokers do. */
  commit(memberId: string, generation: number, marks: ReadonlyMap<number, number>): boolean {
    const member = this.#members.get(memberId);
    if (member === undefined || generation !== this.#generation) return false;
    for (const [partition, mark] of marks) {
      this.#about.onCommitted(partition, mark);
      this.committed.set(partition, mark);
    }
    return true;
  }

  leave(memberId: string): void {
    if (!this.#members.delete(memberId)) return;
    this.#world.note(`group: ${memberId} leaves`);
    if (this.#members.size > 0) this.#prepare();
    this.#formWhenComplete();
  }

  /** The topic has other partitions than before. */
  reconsider(): void {
    if (this.#members.size > 0) this.#prepare();
  }

  #add(clientId: string): Member {
    this.#joined += 1;
    const member: Member = {
      id: `m${this.#joined}@${clientId}`,
      clientId,
      heardAtMs: this.#world.nowMs,
      joining: null,
      assigned: [],
    };
    this.#members.set(member.id, member);
    return member;
  }

  #prepare(): void {
    if (this.#isPreparing) return;
    this.#isPreparing = true;
    this.#callOff = this.#world.after(rebalanceMs, () => this.#form());
  }

  #formWhenComplete(): void {
    if (!this.#isPreparing) return;
    if ([...this.#members.values()].some((member) => member.joining === null)) return;
    this.#form();
  }

  /** Those who did not come are left behind. */
  #form(): void {
    this.#callOff();
    this.#isPreparing = false;
    for (const member of [...this.#members.values()]) {
      if (member.joining !== null) continue;
      this.#world.note(`group: ${member.id} did not come`);
      this.#members.delete(member.id);
    }
    this.#generation += 1;
    this.#assign();
    const told = [...this.#members.values()].map((member) => `${member.id}=[${member.assigned.join(",")}]`);
    this.#world.note(`group: generation ${this.#generation} ${told.join(" ")}`);
    for (const member of this.#members.values()) {
      member.heardAtMs = this.#world.nowMs;
      const { joining, assigned } = member;
      member.joining = null;
      joining?.({ memberId: member.id, generation: this.#generation, assigned, atMs: this.#world.nowMs });
    }
  }

  #assign(): void {
    const members = [...this.#members.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    if (members.length === 0) return;
    const shares = new Map<string, number[]>(members.map((member) => [member.id, []]));
    const fairMax = Math.ceil(this.#about.partitionCount() / members.length);
    for (let partition = 0; partition < this.#about.partitionCount(); partition += 1) {
      const keeper = this.#isSticky
        ? members.find((member) => member.assigned.includes(partition))
        : undefined;
      const mayKeep = keeper !== undefined && (shares.get(keeper.id)?.length ?? 0) < fairMax;
      const next = members.toSorted(
        (one, other) => (shares.get(one.id)?.length ?? 0) - (shares.get(other.id)?.length ?? 0),
      )[0];
      const chosen = mayKeep
        ? keeper
        : this.#isSticky
          ? next
          : members[(partition + this.#generation) % members.length];
      if (chosen !== undefined) shares.get(chosen.id)?.push(partition);
    }
    for (const member of members) member.assigned = shares.get(member.id) ?? [];
  }

  #watchSessions(): void {
    this.#world.after(200, () => {
      for (const member of [...this.#members.values()]) {
        // Who waits for the others is not asked for heartbeats here; its connection stands.
        if (member.joining !== null || this.#world.nowMs - member.heardAtMs <= sessionMs) continue;
        this.#world.note(`group: the session of ${member.id} ended`);
        this.#members.delete(member.id);
        this.#prepare();
      }
      this.#formWhenComplete();
      this.#watchSessions();
    });
  }
}
