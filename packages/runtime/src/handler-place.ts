import type { AttemptResult, Cell, CellConsumer } from "@gluttony/core";
import { isOwnFault, type ReleaseCounts } from "./judge-release.ts";
import type { OpenRecord } from "./open-record.ts";
import { attempt, type AttemptPlace } from "./record/attempt.ts";
import type { Shadow } from "./shadow/shadow.ts";

/**
 * Where a run's records are tried now. Another place may take over between any two attempts; those under way are
 * answered where they began.
 */
export class HandlerPlace {
  readonly #always: Pick<AttemptPlace, "mayCall" | "schemas">;
  #now: CountedPlace;
  /** Gets every attempt, too, and is never waited for; null while nothing shadows the run. */
  shadow: Shadow | null = null;

  constructor(place: AttemptPlace) {
    this.#always = { mayCall: place.mayCall, schemas: place.schemas };
    this.#now = new CountedPlace(place);
  }

  /** The release that the next attempt goes to. */
  get release(): string {
    return this.#now.place.cell.release;
  }

  /** How the attempts in the place of now ended. */
  get counts(): ReleaseCounts {
    return { attempts: this.#now.attempts, faults: this.#now.faults };
  }

  /** Tries a record in the place of now. Never rejects. */
  async attempt(open: OpenRecord): Promise<AttemptResult> {
    const now = this.#now;
    now.running += 1;
    const followed = this.shadow?.follow(open, this.#always.schemas) ?? null;
    const result = await attempt(open, now.place, followed?.meansOf);
    followed?.ended(result);
    now.running -= 1;
    now.attempts += 1;
    if (isOwnFault(result)) now.faults += 1;
    if (now.onIdle !== null && now.running === 0) now.onIdle();
    return result;
  }

  /** From now on records go here; resolves when everything that was under way before is answered. */
  switchTo(cell: Cell, consumer: CellConsumer): Promise<void> {
    const before = this.#now;
    this.#now = new CountedPlace({ cell, consumer, ...this.#always });
    if (before.running === 0) return Promise.resolve();
    return new Promise((resolve) => {
      before.onIdle = resolve;
    });
  }
}

/** A place and how many attempts are under way in it. */
class CountedPlace {
  readonly place: AttemptPlace;
  running = 0;
  attempts = 0;
  faults = 0;
  onIdle: (() => void) | null = null;

  constructor(place: AttemptPlace) {
    this.place = place;
  }
}
