import type { AssignedPartition, GroupMember } from "@gluttony/runtime";
import { heartbeatMs, type JoinAnswer } from "./group-coordinator.ts";
import type { SourceSurroundings } from "./memory-source.ts";

/** A member's name and the generation in which it speaks. */
export interface Membership {
  readonly id: string;
  readonly generation: number;
}

/** What one client asks of the brokers. Every question may fail, or be answered late or never. */
export class BrokerLink {
  readonly #in: SourceSurroundings;

  constructor(surroundings: SourceSurroundings) {
    this.#in = surroundings;
  }

  connect(): Promise<void> {
    return this.#in.calls.call("broker", "connect", () => undefined);
  }

  /** Resolves when the group has formed, which takes as long as its slowest member. */
  join(memberId: string | null): Promise<JoinAnswer> {
    const { calls, group, process, world } = this.#in;
    return new Promise((resolve, reject) => {
      const join = (): void => {
        group.join(memberId, process.id, (joined) => {
          process.after(world.random.delayMs(3), () => resolve(joined));
        });
      };
      calls.call("broker", "join", join, { isRepeatable: false }).catch(reject);
    });
  }

  leave(memberId: string): Promise<void> {
    return this.#in.calls.call("broker", "leave", () => this.#in.group.leave(memberId));
  }

  heartbeat(member: Membership): Promise<"well" | "rebalancing" | "unknown" | "no answer"> {
    const { calls, group } = this.#in;
    return calls
      .call("broker", "heartbeat", () => group.heartbeat(member.id, member.generation))
      .catch(() => "no answer" as const);
  }

  /** Heartbeats until the answer is called; `onAlive` is told when each that was answered had been sent. */
  keepAlive(memberId: string, onAlive: (sentMs: number) => void): () => void {
    const { calls, group, process, world } = this.#in;
    let isOver = false;
    const beat = (): void => {
      if (isOver) return;
      const sentMs = world.nowMs;
      const sent = calls.call("broker", "heartbeat", () => group.stayAlive(memberId));
      sent.then(
        (isAlive) => {
          if (isAlive) onAlive(sentMs);
        },
        () => undefined,
      );
      process.after(heartbeatMs, beat);
    };
    beat();
    return () => {
      isOver = true;
    };
  }

  commit(member: Membership, marks: ReadonlyMap<number, number>): Promise<boolean> {
    const { calls, group } = this.#in;
    return calls.call("broker", "commit", () => group.commit(member.id, member.generation, marks));
  }

  topicId(): Promise<string> {
    return this.#in.calls.call("broker", "describe", () => this.#in.topic.topicId);
  }

  /** What the brokers know of partitions that were just assigned. */
  offsetsOf(partitions: readonly number[]): Promise<readonly AssignedPartition[]> {
    const { calls, group, topic } = this.#in;
    return calls.call("broker", "offsets", () =>
      partitions.map((partition) => {
        const { logStart, end } = topic.partition(partition);
        const committed = group.committed.get(partition);
        return {
          partition,
          topicId: topic.topicId,
          committed: committed === undefined ? null : BigInt(committed),
          logStart: BigInt(logStart),
          logEnd: BigInt(end),
          partitions: topic.partitions.length,
        };
      }),
    );
  }

  members(): Promise<readonly GroupMember[]> {
    const { calls, group } = this.#in;
    return calls.call("broker", "members", () =>
      group.clients.map((clientId) => ({ clientId: `gluttony-${clientId}`, host: "/10.0.0.1" })),
    );
  }

  logBounds(): Promise<ReadonlyMap<number, { readonly start: bigint; readonly end: bigint }>> {
    const { calls, topic } = this.#in;
    return calls.call("broker", "bounds", () => {
      const bounds = topic.partitions.map(
        (one, number) => [number, { start: BigInt(one.logStart), end: BigInt(one.end) }] as const,
      );
      return new Map(bounds);
    });
  }
}
