import type {
  Consumer,
  DeadLetter,
  LogBoundsOfPartition,
  ObservedState,
  Position,
  WaitingRecord,
} from "@gluttony/model";
import type { RawRecord } from "@gluttony/sdk/codecs";
import { decodeEndedAbove } from "./ended-above.ts";
import { admit } from "./record/admit.ts";

/** What is asked: why a record, or what belongs to a key, was not delivered. */
export type ExplainQuestion =
  | { readonly partition: number; readonly offset: bigint }
  /** Keyed hash of the ordering key. */
  | { readonly subject: string };

/** Everything that is remembered and seen, gathered by the caller. */
export interface ExplainKnowledge {
  /** Null when the row is wrong; then the states say so. */
  readonly consumer: Consumer | null;
  readonly isEnabled: boolean;
  /** What each host says of the consumer, fresh ones only. */
  readonly states: readonly ObservedState[];
  readonly positions: readonly Position[];
  readonly bounds: ReadonlyMap<number, LogBoundsOfPartition>;
  /** The record at the coordinate, if the broker still has one there. */
  readonly record: RawRecord | null;
  /** Dead letters at the coordinate, or of the subject. */
  readonly letters: readonly DeadLetter[];
  readonly nowMs: number;
}

/** Where the record, or the key, stands. */
export type Standing =
  | "parked"
  | "replaying"
  | "discarded"
  | "filtered"
  | "delivered or left out by the handler"
  | "no record"
  | "deleted"
  | "not written"
  | "backing off"
  | "held for the target"
  | "waiting behind"
  | "blocked"
  | "stopped"
  | "unseen"
  | "not fetched"
  | "in flight"
  | "nothing waits";

/** One answer; `facts` never hold a row value or a key. */
export interface Explanation {
  readonly standing: Standing;
  /** One sentence for a person. */
  readonly sentence: string;
  readonly facts: { readonly [name: string]: string | number | null };
  /** What to do next; null when there is nothing to do. */
  readonly next: string | null;
}

/** Says why a record, or what belongs to a key, was not delivered. Pure. */
export function explain(question: ExplainQuestion, known: ExplainKnowledge): Explanation {
  return "subject" in question ? ofSubject(question.subject, known) : ofRecord(question, known);
}

interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

function ofRecord(place: Place, known: ExplainKnowledge): Explanation {
  const letter = known.letters.find((one) => isAt(one, place) && one.state !== "replayed");
  if (letter !== undefined) return ofLetter(letter);
  const position = known.positions.find((one) => one.partition === place.partition);
  if (position === undefined) return ofUnread(place, known);
  if (place.offset < position.mark) return ofAccounted(place, known);
  return ofOpen(place, position, known);
}

function ofSubject(subject: string, known: ExplainKnowledge): Explanation {
  const parked = known.letters.filter((one) => one.subject === subject && isOpenLetter(one));
  const first = parked.toSorted((a, b) => Number(a.offset - b.offset))[0];
  if (first !== undefined) return ofLetter(first);
  for (const position of known.positions) {
    const waiting = position.waiting?.find((one) => one.subject === subject);
    if (waiting !== undefined) return ofWaiting(waiting, position.partition, known);
  }
  return (
    ofConsumer(known) ?? {
      standing: "nothing waits",
      sentence: "Nothing of this key is parked, waits for an attempt or waits behind another record.",
      facts: {},
      next: "Ask for the record's partition and offset to learn more.",
    }
  );
}

function ofLetter({ id, state, failure, partition, offset, isBehind }: DeadLetter): Explanation {
  const facts = { deadLetter: id, code: failure.code, partition, offset: String(offset) };
  if (state === "replaying") {
    return { standing: "replaying", sentence: "It is being replayed.", facts, next: null };
  }
  if (state === "discarded") {
    const next = `Restore it if that was wrong: gluttony dead-letter restore ${id}`;
    return { standing: "discarded", sentence: "It was parked and then discarded by a person.", facts, next };
  }
  const sentence = isBehind
    ? "It is parked behind an earlier record of its key."
    : `It is parked: ${failure.code}.`;
  return { standing: "parked", sentence, facts, next: `See gluttony dead-letter get ${id}` };
}

/** Below the mark: it ended, and no dead letter of it waits. */
function ofAccounted(place: Place, known: ExplainKnowledge): Explanation {
  const facts = { partition: place.partition, offset: String(place.offset) };
  const filtered =
    known.record === null || known.consumer === null ? null : ruleOf(known.record, known.consumer);
  if (filtered !== null) {
    const sentence = `It was left out by the rule ${filtered}.`;
    return { standing: "filtered", sentence, facts: { ...facts, rule: filtered }, next: null };
  }
  const bounds = known.bounds.get(place.partition);
  if (known.record === null && bounds !== undefined && place.offset >= bounds.start) {
    const sentence = "There is no record at this offset: it was compacted away, or it is a control record.";
    return { standing: "no record", sentence, facts, next: null };
  }
  return {
    standing: "delivered or left out by the handler",
    sentence: "It ended well: the handler said that it is done, or that there was nothing to do.",
    facts,
    next: "Look for its idempotency key at the target.",
  };
}

/** At or above the mark. */
function ofOpen(place: Place, position: Position, known: ExplainKnowledge): Explanation {
  const facts = { partition: place.partition, offset: String(place.offset), mark: String(position.mark) };
  const bounds = known.bounds.get(place.partition);
  if (bounds !== undefined && place.offset >= bounds.end) {
    return { standing: "not written", sentence: "The log does not reach that far yet.", facts, next: null };
  }
  const ended = decodeEndedAbove(position.endedAbove).codes[Number(place.offset - position.mark)] ?? 0;
  if (ended !== 0) return ofAccounted(place, known);
  const waiting = position.waiting?.find((one) => one.offset === place.offset);
  if (waiting !== undefined) return ofWaiting(waiting, place.partition, known);
  const before = position.waiting?.find((one) => one.behind.includes(place.offset));
  if (before !== undefined) return behind(before, place.partition);
  const ofAll = ofConsumer(known, place.partition);
  if (ofAll !== null) return ofAll;
  return ofUnread(place, known);
}

function ofWaiting(waiting: WaitingRecord, partition: number, known: ExplainKnowledge): Explanation {
  const { failure, attempts, offset, nextAttemptAtMs } = waiting;
  const facts = {
    partition,
    offset: String(offset),
    attempts,
    code: failure.code,
    target: failure.target ?? null,
    nextAttemptAt: new Date(nextAttemptAtMs).toISOString(),
    waitsForMs: Math.max(0, nextAttemptAtMs - known.nowMs),
  };
  const held = known.states
    .flatMap((state) => state.targets ?? [])
    .find((one) => one.target === failure.target);
  if (held !== undefined) {
    const sentence = `Its target ${held.target} is down; calls are held back until it answers again.`;
    return { standing: "held for the target", sentence, facts, next: "See whether the target is up." };
  }
  const sentence = `Its attempt ${attempts} failed (${failure.code}); it waits for the next one.`;
  return { standing: "backing off", sentence, facts, next: null };
}

function behind(before: WaitingRecord, partition: number): Explanation {
  const facts = { partition, behindOffset: String(before.offset), code: before.failure.code };
  const sentence = `An earlier record of its key, at offset ${before.offset}, waits for its next attempt.`;
  return { standing: "waiting behind", sentence, facts, next: "Ask for that offset." };
}

/** What keeps the whole consumer, or this partition's host, from going on; null when nothing does. */
function ofConsumer(known: ExplainKnowledge, partition?: number): Explanation | null {
  if (!known.isEnabled) {
    const next = "Switch it on: set is_valid.";
    return { standing: "stopped", sentence: "The consumer is switched off.", facts: {}, next };
  }
  if (known.states.length === 0) {
    const next = "Start a host that uses this database.";
    return { standing: "unseen", sentence: "No host runs the consumer.", facts: {}, next };
  }
  const owners = known.states.filter(
    (state) => partition === undefined || state.partitions.some((one) => one.partition === partition),
  );
  const stopped = (owners.length > 0 ? owners : known.states).find((state) => state.cause !== null);
  if (stopped?.cause === undefined || stopped.cause === null) return null;
  const { code, title, remedy } = stopped.cause;
  const facts = { state: stopped.state, code, host: stopped.hostId, since: stopped.since.toISOString() };
  return {
    standing: "blocked",
    sentence: `The consumer is ${stopped.state}: ${title}.`,
    facts,
    next: remedy,
  };
}

function ofUnread(place: Place, known: ExplainKnowledge): Explanation {
  const facts = { partition: place.partition, offset: String(place.offset) };
  const ofAll = ofConsumer(known, place.partition);
  if (ofAll !== null) return ofAll;
  const bounds = known.bounds.get(place.partition);
  if (bounds !== undefined && place.offset < bounds.start) {
    const sentence = "The broker deleted it before it was read.";
    return { standing: "deleted", sentence, facts: { ...facts, logStart: String(bounds.start) }, next: null };
  }
  const seen = known.states
    .flatMap((state) => state.partitions)
    .find((one) => one.partition === place.partition);
  if (seen !== undefined && BigInt(seen.next) > place.offset) {
    const sentence = "It was read and is being worked on, or it waits for a free place.";
    return { standing: "in flight", sentence, facts: { ...facts, inFlight: seen.inFlight }, next: null };
  }
  return {
    standing: "not fetched",
    sentence: "It has not been read yet.",
    facts: { ...facts, next: seen?.next ?? null },
    next: "See the consumer's lag.",
  };
}

/** The rule of ours that leaves the record out; a handler's own rule is not known here. */
function ruleOf(record: RawRecord, consumer: Consumer): string | null {
  const admission = admit(record, consumer);
  return admission.kind === "filtered" ? admission.rule : null;
}

function isAt(letter: DeadLetter, place: Place): boolean {
  return letter.partition === place.partition && letter.offset === place.offset;
}

function isOpenLetter({ state }: DeadLetter): boolean {
  return state === "parked" || state === "replaying";
}
