/**
 * Lets attempts into a cell: all together while none is suspected of having killed a process, else the
 * suspects, one at a time and in the order they asked.
 */
export class Turnstile {
  readonly #suspects = new Set<Ticket>();
  #running = 0;
  #listeners = new Set<() => void>();

  ticket(): Ticket {
    return new Ticket({
      add: (ticket) => this.#suspects.add(ticket),
      remove: (ticket) => this.#remove(ticket),
      mayRun: (ticket) => this.#mayRun(ticket),
      enter: () => this.enter(),
      exit: () => this.exit(),
    });
  }

  /** Whether nobody is suspected, so that everybody may enter at once. */
  get isOpen(): boolean {
    return this.#suspects.size === 0;
  }

  /** Goes in without a ticket; only while it is open. */
  enter(): void {
    this.#running += 1;
  }

  exit(): void {
    this.#running -= 1;
    if (this.#suspects.size > 0) this.announce();
  }

  /** Resolves at the next announcement, or when the signal is aborted. */
  changed(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#listeners.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#listeners.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  /** Has everybody who waits look again. */
  announce(): void {
    const listeners = this.#listeners;
    this.#listeners = new Set();
    for (const wake of listeners) wake();
  }

  #mayRun(ticket: Ticket): boolean {
    if (this.#suspects.size === 0) return true;
    const [first] = this.#suspects;
    return first === ticket && this.#running === 0;
  }

  /** Whether the last suspect just left. */
  #remove(ticket: Ticket): boolean {
    if (!this.#suspects.delete(ticket)) return false;
    this.announce();
    return this.#suspects.size === 0;
  }
}

interface Gate {
  readonly add: (ticket: Ticket) => void;
  readonly remove: (ticket: Ticket) => boolean;
  readonly mayRun: (ticket: Ticket) => boolean;
  readonly enter: () => void;
  readonly exit: () => void;
}

/** One attempt's place at the turnstile. */
export class Ticket {
  readonly #gate: Gate;

  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** From now on this attempt runs alone. */
  suspect(): void {
    this.#gate.add(this);
  }

  isNext(): boolean {
    return this.#gate.mayRun(this);
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#gate.enter();
    try {
      return await task();
    } finally {
      this.#gate.exit();
    }
  }

  /** Gives the place up; tells whether it was the last suspect's. */
  leave(): boolean {
    return this.#gate.remove(this);
  }
}
