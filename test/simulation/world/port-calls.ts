import { GluttonyError } from "@gluttony/model";
import type { HostProcess } from "./host-process.ts";
import type { CallFaults } from "./plan.ts";
import type { World } from "./world.ts";

/** Who is called. */
export type Peer = "database" | "broker";

/** Whether peers answer at the moment, and how calls go wrong. */
export interface Weather {
  readonly isAway: { database: boolean; broker: boolean };
  faults: CallFaults;
}

/** How one kind of call may go wrong. */
export interface CallOptions {
  /** Whether the peer may hear it twice. */
  readonly isRepeatable?: boolean;
}

const typicalMs = { database: 2, broker: 3 } as const;
/** Milliseconds after which a call without an answer is given up by the adapter. */
const giveUpMs = { database: 5_000, broker: 3_000 } as const;
/** Milliseconds in which a call to a peer that is away is refused. */
const refusedMs = 40;
const codeOf = { database: "database.unreachable", broker: "kafka.unreachable" } as const;

/** The calls of one process to its peers: each may be lost on the way there, on the way back, or with the process. */
export class PortCalls {
  readonly #world: World;
  readonly #process: HostProcess;
  readonly #weather: Weather;
  /** Calls that failed, and those whose failure is still to be told. */
  faults = 0;
  troubled = 0;

  constructor(world: World, process: HostProcess, weather: Weather) {
    this.#world = world;
    this.#process = process;
    this.#weather = weather;
  }

  call<Answer>(peer: Peer, name: string, effect: () => Answer, options: CallOptions = {}): Promise<Answer> {
    const { random } = this.#world;
    const { faults } = this.#weather;
    if (this.#process.isDead) return never();
    const isDeadly = random.isHit(faults.deadly);
    if (isDeadly && random.isHit(0.4)) {
      this.#process.kill(`before ${name}`);
      return never();
    }
    const fate = fateOf(random.next(), faults);
    if (fate === "hung") this.#dieOfHanging(name);
    return new Promise((resolve, reject) => {
      const fail = (afterMs: number): void => {
        this.troubled += 1;
        this.#process.after(afterMs, () => {
          this.troubled -= 1;
          this.faults += 1;
          reject(new GluttonyError(codeOf[peer]));
        });
      };
      this.#world.after(random.delayMs(typicalMs[peer]), () => {
        if (this.#weather.isAway[peer] || fate === "refused") {
          fail(random.isHit(0.7) ? refusedMs : giveUpMs[peer]);
          return;
        }
        const outcome = outcomeOf(effect);
        if (fate === "duplicated" && options.isRepeatable !== false) this.#repeat(name, effect);
        // It died after the effect and before the answer.
        if (isDeadly) this.#process.kill(`after ${name}`);
        if (fate === "hung") return;
        if (fate === "reply lost") fail(giveUpMs[peer]);
        else {
          const answer = (): void => ("error" in outcome ? reject(outcome.error) : resolve(outcome.value));
          this.#process.after(random.delayMs(typicalMs[peer]), answer);
        }
      });
    });
  }

  #repeat(name: string, effect: () => unknown): void {
    this.#world.after(this.#world.random.delayMs(20), () => {
      this.#world.note(`${this.#process.id} ${name} arrives again`);
      outcomeOf(effect);
    });
  }

  #dieOfHanging(name: string): void {
    this.troubled += 1;
    const { random } = this.#world;
    this.#world.after(random.int(500, 8_000), () => this.#process.kill(`${name} hung`));
  }
}

type Fate = "well" | "refused" | "reply lost" | "duplicated" | "hung";

function fateOf(drawn: number, faults: CallFaults): Fate {
  let rest = drawn - faults.refused;
  if (rest < 0) return "refused";
  rest -= faults.replyLost;
  if (rest < 0) return "reply lost";
  rest -= faults.duplicated;
  if (rest < 0) return "duplicated";
  rest -= faults.hung;
  return rest < 0 ? "hung" : "well";
}

function outcomeOf<Answer>(effect: () => Answer): { readonly value: Answer } | { readonly error: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}

export function never<Answer>(): Promise<Answer> {
  return new Promise(() => undefined);
}
