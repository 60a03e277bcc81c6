/** A place among those who listen; leaving it twice changes nothing. */
export interface Listening {
  leave(): void;
}

/**
 * Listens to the signals of many callers with one listener for each signal: thousands of attempts share the signal of
 * their partition, and a listener for each attempt costs more than sending it.
 */
export class SignalListeners {
  readonly #groups = new Map<AbortSignal, Group>();

  add(signal: AbortSignal, onAbort: () => void): Listening {
    let group = this.#groups.get(signal);
    if (group === undefined) {
      group = new Group(signal, () => this.#groups.delete(signal));
      this.#groups.set(signal, group);
    }
    return new Member(group, onAbort);
  }
}

/** Those who listen to one signal. */
class Group {
  readonly members: Member[] = [];
  readonly #signal: AbortSignal;
  readonly #onEmpty: () => void;

  constructor(signal: AbortSignal, onEmpty: () => void) {
    this.#signal = signal;
    this.#onEmpty = onEmpty;
    signal.addEventListener("abort", this.#tell, { once: true });
  }

  close(): void {
    this.#signal.removeEventListener("abort", this.#tell);
    this.#onEmpty();
  }

  readonly #tell = (): void => {
    this.#onEmpty();
    for (const member of this.members.slice()) member.tell();
  };
}

/** A place that is given up by moving the last one into it: a Set would keep what is long gone. */
class Member implements Listening {
  readonly #group: Group;
  readonly #onAbort: () => void;
  #at: number;

  constructor(group: Group, onAbort: () => void) {
    this.#group = group;
    this.#onAbort = onAbort;
    this.#at = group.members.length;
    group.members.push(this);
  }

  tell(): void {
    if (this.#at >= 0) this.#onAbort();
  }

  leave(): void {
    if (this.#at < 0) return;
    const { members } = this.#group;
    const last = members.pop();
    if (last !== undefined && last !== this) {
      members[this.#at] = last;
      last.#at = this.#at;
    }
    this.#at = -1;
    if (members.length === 0) this.#group.close();
  }
}
