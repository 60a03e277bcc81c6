import { formsOf } from "./secret-forms.ts";
import { SecretIndex, type SoughtText } from "./secret-index.ts";
import { MASK, maskByName } from "./secret-names.ts";

/** Characters below which a secret is not looked for: it would eat every text. The names beside it still hide it. */
export const secretLengthMin = 6;
/** Characters from which also a plain word is a secret wherever it stands. */
const plainLengthMin = 16;
/** Milliseconds for which a secret that was replaced is still kept out: what failed with it is told afterwards. */
const formerMsDefault = 600_000;
const plain = /^(?:[A-Za-z]+|[0-9]+)$/;

/** How a memory of secrets keeps time. */
export interface KnownSecretsOptions {
  /** Milliseconds that only grow. */
  readonly now?: () => number;
  readonly formerMs?: number;
}

interface Place {
  readonly secrets: readonly string[];
  /** What stood there before, until when. */
  readonly former: readonly { readonly secrets: readonly string[]; readonly untilMs: number }[];
}

/**
 * Knows every secret that this process holds in clear, and takes them out of what it lets out. A secret is learnt where it is
 * read, under the name of its place; another one at the same place takes its turn.
 */
export class KnownSecrets {
  readonly #now: () => number;
  readonly #formerMs: number;
  readonly #places = new Map<string, Place>();
  #texts: SecretIndex | null = null;
  #answers: SecretIndex | null = null;
  #nextLeaveMs = Number.POSITIVE_INFINITY;

  constructor({ now = () => performance.now(), formerMs = formerMsDefault }: KnownSecretsOptions = {}) {
    this.#now = now;
    this.#formerMs = formerMs;
  }

  /** From now on these are what the place holds; what it held before leaves a while later. */
  learn(place: string, secrets: readonly string[]): void {
    const known = this.#places.get(place);
    const worth = [...new Set(secrets)].filter((secret) => secret.length >= secretLengthMin);
    if (known === undefined ? worth.length === 0 : isSame(known.secrets, worth)) return;
    const left = { secrets: known?.secrets ?? [], untilMs: this.#now() + this.#formerMs };
    const former = left.secrets.length === 0 ? (known?.former ?? []) : [...(known?.former ?? []), left];
    this.#places.set(place, { secrets: worth, former });
    this.#forgetIndexes();
  }

  /** The place is gone, and what it held leaves a while later. */
  forget(place: string): void {
    this.learn(place, []);
  }

  /** A text for people or logs, without what is known and without what is named like a secret. */
  scrubText(text: string): string {
    this.#leaveDue();
    this.#texts ??= new SecretIndex(this.#sought(() => true));
    return maskByName(this.#texts.replaceAll(text, MASK));
  }

  /**
   * A program's own answer, in which a table may be called like somebody's password: only what cannot be taken for a word of
   * the answer is taken out.
   */
  scrubAnswer(text: string): string {
    this.#leaveDue();
    this.#answers ??= new SecretIndex(this.#sought((secret) => !isPlain(secret)));
    return this.#answers.replaceAll(text, MASK);
  }

  #sought(isWanted: (secret: string) => boolean): readonly SoughtText[] {
    const all = [...this.#places.values()].flatMap(({ secrets, former }) => [
      ...secrets,
      ...former.flatMap((one) => one.secrets),
    ]);
    return [...new Set(all)].filter(isWanted).flatMap(soughtOf);
  }

  #leaveDue(): void {
    const nowMs = this.#now();
    if (nowMs < this.#nextLeaveMs) return;
    for (const [name, { secrets, former }] of this.#places) {
      const left = former.filter(({ untilMs }) => untilMs > nowMs);
      if (secrets.length === 0 && left.length === 0) this.#places.delete(name);
      else this.#places.set(name, { secrets, former: left });
    }
    this.#forgetIndexes();
  }

  #forgetIndexes(): void {
    this.#texts = null;
    this.#answers = null;
    const ends = [...this.#places.values()].flatMap(({ former }) => former.map(({ untilMs }) => untilMs));
    this.#nextLeaveMs = ends.reduce((least, end) => Math.min(least, end), Number.POSITIVE_INFINITY);
  }
}

/** A plain word is looked for as a word, or `postgres` would be taken out of `postgresql`. */
function soughtOf(secret: string): readonly SoughtText[] {
  return formsOf(secret).map((text) => ({ text, standsAlone: text === secret && isPlain(secret) }));
}

function isPlain(secret: string): boolean {
  return secret.length < plainLengthMin && plain.test(secret);
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((one, at) => one === right[at]);
}
