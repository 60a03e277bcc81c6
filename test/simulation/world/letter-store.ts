import type { Failure } from "@gluttony/model";
import type { ParkedRecord, ParkedSubjects, ReplayRequest } from "@gluttony/runtime";

/** Milliseconds after which a letter whose host died is taken by another. */
const leaseMs = 45_000;

/** One dead letter. */
export interface Letter {
  readonly id: string;
  readonly parked: ParkedRecord;
  state: "parked" | "replaying" | "replayed";
  attempts: number;
  failure: Failure;
  takenAtMs: number | null;
  /** Parked only because an earlier record of its key is. */
  isBehind: boolean;
}

/** Who is told of letters, and what else the database knows. */
export interface LetterWitness {
  readonly onParked: (letter: Letter) => void;
  readonly isBelowMark: (parked: ParkedRecord) => boolean;
}

/** Dead letters as Postgres keeps them. */
export class LetterStore {
  readonly #byPlace = new Map<string, Letter>();
  readonly #nowMs: () => number;
  readonly #onParked: LetterWitness["onParked"];
  readonly #isBelowMark: LetterWitness["isBelowMark"];

  constructor(nowMs: () => number, { onParked, isBelowMark }: LetterWitness) {
    this.#nowMs = nowMs;
    this.#onParked = onParked;
    this.#isBelowMark = isBelowMark;
  }

  get all(): readonly Letter[] {
    return [...this.#byPlace.values()];
  }

  park(parked: ParkedRecord): void {
    if (this.#isBelowMark(parked)) return;
    const { partition, offset } = parked.record;
    const place = `${parked.topicId}/${partition}/${offset}`;
    const held = this.#byPlace.get(place);
    if (held !== undefined && held.state !== "replayed") return;
    const letter: Letter = {
      id: held?.id ?? String(this.#byPlace.size + 1),
      parked,
      state: "parked",
      attempts: parked.attempts,
      failure: parked.failure,
      takenAtMs: null,
      isBehind: parked.isBehind,
    };
    this.#byPlace.set(place, letter);
    this.#onParked(letter);
  }

  takeReplays({
    partitions,
    limit,
  }: {
    readonly partitions: readonly number[];
    readonly limit: number;
  }): readonly ReplayRequest[] {
    // Of a subject only the earliest letter that waits is taken, and only while none of its letters is out.
    const seen = new Set(this.all.filter((letter) => this.#isTaken(letter)).map(subjectOf));
    const taken: Letter[] = [];
    for (const letter of this.#inOrder()) {
      if (letter.state !== "replaying" || seen.has(subjectOf(letter)) || taken.length >= limit) continue;
      seen.add(subjectOf(letter));
      if (!partitions.includes(letter.parked.record.partition)) continue;
      letter.takenAtMs = this.#nowMs();
      taken.push(letter);
    }
    return taken.map(({ id, parked, attempts }) => ({
      id,
      record: parked.record,
      idempotencyKey: parked.idempotencyKey,
      attempts,
      subject: parked.subject,
    }));
  }

  finishReplay(id: string, failure: Failure | null): { readonly firstOpen: bigint | null } {
    const letter = this.all.find((one) => one.id === id);
    if (letter === undefined) throw new Error(`no letter ${id}`);
    if (letter.state === "replaying") {
      letter.takenAtMs = null;
      if (failure === null) this.#endWell(letter);
      else this.#endBadly(letter, failure);
    }
    const open = this.#inOrder().filter((one) => one.state !== "replayed");
    return {
      firstOpen: open.find((one) => subjectOf(one) === subjectOf(letter))?.parked.record.offset ?? null,
    };
  }

  parkedSubjects(partitions: readonly number[]): ParkedSubjects {
    const firsts = new Map(partitions.map((partition) => [partition, new Map<string, bigint>()]));
    for (const { state, parked } of this.#inOrder().toReversed()) {
      if (state !== "replayed")
        firsts.get(parked.record.partition)?.set(parked.subject, parked.record.offset);
    }
    return firsts;
  }

  /** What a person does: asks for every letter that holds its record. */
  requestReplays(): number {
    const asked = this.all.filter(({ state, parked }) => state === "parked" && parked.bytes === "encrypted");
    for (const letter of asked) letter.state = "replaying";
    return asked.length;
  }

  /** Those that were parked behind it follow, unless something that must come first is left parked. */
  #endWell(ended: Letter): void {
    ended.state = "replayed";
    for (const letter of this.#inOrder()) {
      if (subjectOf(letter) !== subjectOf(ended) || letter.state !== "parked" || !letter.isBehind) continue;
      const isHeld = this.all.some((one) => one.state === "parked" && !one.isBehind && isBefore(one, letter));
      if (!isHeld) letter.state = "replaying";
    }
  }

  /** It goes back to parked, and those behind it that are not out go with it. */
  #endBadly(ended: Letter, failure: Failure): void {
    Object.assign(ended, { state: "parked", failure, attempts: ended.attempts + 1, isBehind: false });
    for (const letter of this.all) {
      if (
        isBefore(ended, letter) &&
        letter.isBehind &&
        letter.state === "replaying" &&
        letter.takenAtMs === null
      ) {
        letter.state = "parked";
      }
    }
  }

  #isTaken({ state, takenAtMs }: Letter): boolean {
    return state === "replaying" && takenAtMs !== null && takenAtMs > this.#nowMs() - leaseMs;
  }

  #inOrder(): readonly Letter[] {
    return this.all.toSorted((one, other) => Number(one.parked.record.offset - other.parked.record.offset));
  }
}

function subjectOf(letter: Letter): string {
  return `${letter.parked.record.partition}/${letter.parked.subject}`;
}

/** Whether both are of one key, and the first comes first. */
function isBefore(one: Letter, other: Letter): boolean {
  return subjectOf(one) === subjectOf(other) && one.parked.record.offset < other.parked.record.offset;
}
