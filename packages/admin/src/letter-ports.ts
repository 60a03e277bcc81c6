import type { LetterEvent } from "@gluttony/model";
import type { LetterSelection } from "./ports.ts";

/** Which letters, told by their number and a sum over them: the same again means that none came, went or was run since. */
export interface LetterSet {
  readonly count: number;
  readonly digest: string;
}

/** What a replay or a discard would take, and what it would leave. */
export interface LetterPlan {
  readonly consumerId: string;
  readonly set: LetterSet;
  readonly byFailureCode: readonly { readonly failureCode: string; readonly count: number }[];
  readonly byPartition: readonly { readonly partition: number; readonly count: number }[];
  readonly keys: {
    readonly count: number;
    /** Keyed hashes of the keys with the most letters. */
    readonly most: readonly { readonly subject: string; readonly count: number }[];
  };
  /** Parked behind these and not among them: they follow once those before them ended well or were given up. */
  readonly followers: number;
  /** Matches that would stay, by why. */
  readonly leftOut: {
    readonly behindAnother: number;
    readonly forceNeeded: number;
    readonly withoutRecord: number;
    readonly underWay: number;
    readonly closed: number;
  };
}

/** What is planned for dead letters, what happened to them, and what a person notes on one. */
export interface LetterDesk {
  /** Throws `dead_letter.not_found`, and `request.invalid` for letters of several consumers. */
  planReplay(selection: LetterSelection, isForced: boolean): Promise<LetterPlan>;
  planDiscard(selection: LetterSelection): Promise<LetterPlan>;
  /** Newest first, at most 100. */
  history(id: string): Promise<readonly LetterEvent[]>;
  /** Throws `dead_letter.not_found`, `dead_letter.note_invalid`. */
  note(id: string, note: { readonly actor: string; readonly note: string | null }): Promise<void>;
}
