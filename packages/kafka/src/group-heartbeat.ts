import { translateError } from "./errors.ts";
import type { KafkajsConsumerGroup, MemberOfGroup } from "./guards/kafkajs-internals.ts";

/** What the broker's answer to a heartbeat meant. */
export interface BeatEvents {
  onRenewed(member: MemberOfGroup, sentMs: number): void;
  /** The broker no longer knows the member, or has gone on to another generation without it. */
  onRefused(member: MemberOfGroup): void;
}

/**
 * Sends this member's heartbeats by a timer of its own, one at a time. kafkajs sends them between its fetches only, so
 * that a drain, a quota or a connection which hangs would cost the membership.
 */
export class GroupHeartbeat {
  readonly #everyMs: number;
  readonly #events: BeatEvents;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | null = null;
  /** The last answer that means to join again; null when there was none. */
  #refusal: unknown = null;

  constructor(everyMs: number, events: BeatEvents) {
    this.#everyMs = everyMs;
    this.#events = events;
  }

  /** Beats at once and from then on, until told to halt. Resolves after the first answer, whatever it is. */
  begin(group: KafkajsConsumerGroup): Promise<void> {
    this.halt();
    this.#timer = setInterval(() => void this.#beatOnce(group), this.#everyMs);
    this.#timer.unref();
    return this.#beatOnce(group);
  }

  halt(): void {
    clearInterval(this.#timer);
    this.#refusal = null;
  }

  /** Throws the answer that means to join again: what kafkajs expects where it would beat by itself. */
  check(): void {
    if (this.#refusal !== null) throw this.#refusal;
  }

  #beatOnce(group: KafkajsConsumerGroup): Promise<void> {
    this.#beating ??= this.#beat(group).finally(() => {
      this.#beating = null;
    });
    return this.#beating;
  }

  async #beat(group: KafkajsConsumerGroup): Promise<void> {
    const { coordinator, groupId, memberId, generationId } = group;
    if (coordinator === null || memberId === null || generationId === null) return;
    const member = { groupId, memberId, groupGenerationId: generationId };
    const sentMs = performance.now();
    try {
      await coordinator.heartbeat(member);
      this.#events.onRenewed(member, sentMs);
    } catch (error) {
      // An answer to a name that is no longer ours says nothing.
      if (group.memberId === memberId && group.generationId === generationId) {
        this.#judge(member, sentMs, error);
      }
    }
  }

  /** A broker that cannot be asked is asked again; the age of the last answer tells of it. */
  #judge(member: MemberOfGroup, sentMs: number, error: unknown): void {
    const { code, facts } = translateError(error);
    const { type } = facts;
    // The broker renews the session also while it waits for all members to join again.
    if (type === "REBALANCE_IN_PROGRESS") this.#events.onRenewed(member, sentMs);
    else if (code === "kafka.session_lost") this.#events.onRefused(member);
    if (code === "kafka.session_lost" || type === "NOT_COORDINATOR_FOR_GROUP") this.#refusal = error;
  }
}
