import type { OutcomeGap, OutcomeName, PositionSnapshot, RecordOutcome } from "@gluttony/admin";
import type { DeadLetter, Position } from "@gluttony/model";
import { explain, type Explanation, type ExplainKnowledge, type Standing } from "@gluttony/runtime";
import type { RawRecord } from "@gluttony/sdk/codecs";

/** What is known of the consumer as a whole, of one life of its topic. */
export interface LedgerKnowledge extends Omit<ExplainKnowledge, "record" | "letters"> {
  /** Newest first. */
  readonly moves: readonly PositionSnapshot[];
}

/** The latest attempt of a record that somebody watched. */
export interface NotedAttempt {
  readonly attempt: number;
  readonly durationMs: number;
  /** The handler's own rule; null when it left nothing out. */
  readonly rule: string | null;
}

/** What is known of the record beside. */
export interface RecordKnowledge {
  readonly letter: DeadLetter | null;
  readonly noted: NotedAttempt | null;
}

/** Says what became of a record, from everything that is remembered and seen. Pure. */
export function outcomeOfRecord(
  record: RawRecord,
  known: LedgerKnowledge,
  { letter, noted }: RecordKnowledge,
): RecordOutcome {
  const position = known.positions.find(({ partition }) => partition === record.partition);
  if (letter !== null) return ofLetter(letter, noted);
  if (position !== undefined && record.offset < position.start) return plain("not_accounted", beforeStart);
  if (position !== undefined && isSkipped(record, position, known.moves)) return plain("skipped", bySomebody);
  const place = { partition: record.partition, offset: record.offset };
  const explained = explain(place, { ...known, record, letters: [] });
  return ofStanding(explained, waitingAt(record, position), noted);
}

const beforeStart = "It lies before the offset from which this consumer's account begins.";
const bySomebody = "A person moved the position past it.";

/** The words of `explain` as outcomes. */
const names: { readonly [standing in Standing]: OutcomeName } = {
  parked: "parked",
  replaying: "replaying",
  discarded: "discarded",
  filtered: "filtered",
  "delivered or left out by the handler": "delivered",
  "no record": "not_fetched",
  deleted: "deleted",
  "not written": "not_fetched",
  "backing off": "retrying",
  "held for the target": "retrying",
  "waiting behind": "waiting_behind",
  blocked: "held_up",
  stopped: "held_up",
  unseen: "held_up",
  "not fetched": "not_fetched",
  "in flight": "in_flight",
  "nothing waits": "not_fetched",
};

const ends: ReadonlySet<OutcomeName> = new Set<OutcomeName>([
  "delivered",
  "filtered",
  "skipped",
  "parked",
  "replayed",
  "discarded",
  "not_accounted",
  "deleted",
]);
/** Outcomes that no attempt leads to. */
const untried: ReadonlySet<OutcomeName> = new Set<OutcomeName>([
  "filtered",
  "skipped",
  "not_accounted",
  "deleted",
  "not_fetched",
  "waiting_behind",
]);

interface Waiting {
  readonly attempts: number;
  readonly nextAttemptAtMs: number;
  readonly code: string;
  readonly target: string | null;
}

function ofStanding(
  { standing, sentence, facts, next }: Explanation,
  waiting: Waiting | null,
  noted: NotedAttempt | null,
): RecordOutcome {
  const byHandler =
    standing === "delivered or left out by the handler" && noted !== null && noted.rule !== null;
  const name = byHandler ? "filtered" : names[standing];
  const { rule = null, behindOffset = null } = facts;
  return {
    ...plain(name, byHandler ? `The handler left it out by its rule ${noted.rule}.` : sentence),
    ...numbersOf(byHandler ? "delivered" : name, waiting?.attempts ?? null, noted),
    next: name === "delivered" || byHandler ? null : next,
    rule: byHandler ? noted.rule : textOf(rule),
    nextAttemptAt: name === "retrying" && waiting !== null ? new Date(waiting.nextAttemptAtMs) : null,
    behindOffset: behindOffset === null ? null : BigInt(behindOffset),
    code: waiting?.code ?? textOf(facts["code"] ?? null),
    target: waiting?.target ?? null,
  };
}

function ofLetter(
  { id, state, failure, attempts, isBehind }: DeadLetter,
  noted: NotedAttempt | null,
): RecordOutcome {
  const { code, target = null } = failure;
  const next = state === "replayed" || state === "replaying" ? null : `See gluttony dead-letter get ${id}`;
  return {
    ...plain(state, isBehind && state === "parked" ? behindAnother : letterSentences[state]),
    next,
    attempts,
    attemptsReason: null,
    deadLetter: id,
    code,
    target,
    durationMs: noted?.durationMs ?? null,
    durationReason: noted === null ? "not_noted" : null,
  };
}

const behindAnother = "It is parked behind an earlier record of its key.";
const letterSentences: { readonly [state in DeadLetter["state"]]: string } = {
  parked: "It is parked.",
  replaying: "It is being replayed.",
  replayed: "It was parked, and a replay of it ended well.",
  discarded: "It was parked and then discarded by a person.",
};

/** An outcome of which no more is known than its name. */
function plain(name: OutcomeName, sentence: string): RecordOutcome {
  return {
    name,
    isEnded: ends.has(name),
    sentence,
    next: null,
    rule: null,
    ...numbersOf(name, null, null),
    nextAttemptAt: null,
    behindOffset: null,
    deadLetter: null,
    code: null,
    target: null,
  };
}

type Numbers = Pick<RecordOutcome, "attempts" | "attemptsReason" | "durationMs" | "durationReason">;

function numbersOf(name: OutcomeName, remembered: number | null, noted: NotedAttempt | null): Numbers {
  const reason: OutcomeGap = untried.has(name) ? "not_attempted" : ends.has(name) ? "not_noted" : "under_way";
  const attempts = remembered ?? noted?.attempt ?? null;
  const durationMs = noted?.durationMs ?? null;
  return {
    attempts,
    attemptsReason: attempts === null ? reason : null,
    durationMs,
    durationReason: durationMs === null ? reason : null,
  };
}

function waitingAt({ offset }: RawRecord, position: Position | undefined): Waiting | null {
  const waiting = position?.waiting?.find((one) => one.offset === offset);
  if (waiting === undefined) return null;
  const { attempts, nextAttemptAtMs, failure } = waiting;
  return { attempts, nextAttemptAtMs, code: failure.code, target: failure.target ?? null };
}

/** Whether a person moved the mark over it in the account of now: a move back began another account. */
function isSkipped(
  { topic, partition, offset }: RawRecord,
  { mark }: Position,
  moves: readonly PositionSnapshot[],
): boolean {
  if (offset >= mark) return false;
  for (const move of moves) {
    const moved =
      move.topic === topic ? move.partitions.find((one) => one.partition === partition) : undefined;
    if (moved === undefined) continue;
    if (moved.from === null || BigInt(moved.to) < BigInt(moved.from)) return false;
    if (offset >= BigInt(moved.from) && offset < BigInt(moved.to)) return true;
  }
  return false;
}

function textOf(fact: string | number | null): string | null {
  return typeof fact === "string" ? fact : null;
}
