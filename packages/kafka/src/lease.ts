import type { MemberOfGroup } from "./guards/kafkajs-internals.ts";

/**
 * Knows whether the group still holds this member's place. A session is renewed no earlier than the heartbeat was sent,
 * so its age counts from there; and it is judged by the time at the call alone, so that a process which was stopped and
 * goes on finds its lease gone before any timer of its own has run.
 */
export class Lease {
  readonly #lastsMs: number;
  #member: MemberOfGroup | null = null;
  #renewedMs: number | null = null;

  constructor(lastsMs: number) {
    this.#lastsMs = lastsMs;
  }

  /** A new place in the group; not held before the first heartbeat in its name is answered. */
  begin(member: MemberOfGroup): void {
    this.#member = member;
    this.#renewedMs = null;
  }

  end(): void {
    this.#member = null;
    this.#renewedMs = null;
  }

  /** The broker said that this name means nothing to it. */
  refuse(member: MemberOfGroup): void {
    if (this.#isOf(member)) this.end();
  }

  /** An answered heartbeat. One that was sent in another name than the present one says nothing. */
  renew(member: MemberOfGroup, sentMs: number): void {
    if (!this.#isOf(member)) return;
    this.#renewedMs = Math.max(sentMs, this.#renewedMs ?? sentMs);
  }

  isHeld(nowMs: number): boolean {
    return this.#renewedMs !== null && nowMs - this.#renewedMs < this.#lastsMs;
  }

  #isOf({ memberId, groupGenerationId }: MemberOfGroup): boolean {
    return this.#member?.memberId === memberId && this.#member.groupGenerationId === groupGenerationId;
  }
}
