import type { Failure } from "@gluttony/model";
import type { AttemptTrace, DryRun } from "../plugin-host.ts";
import type { HostFetchResponse, HostMeans, OnceClaim } from "../ports.ts";
import { type ShapedCall, shapeOf } from "./call-shape.ts";
import { DryMeans } from "./dry-means.ts";

/** What a target answered, or why the call failed. */
export type CallAnswer = HostFetchResponse | { readonly failure: Failure };

/** Bytes of answers that are kept of one attempt; beyond it the attempt is not shadowed. */
const answerBytesMax = 262_144;
/** Calls, values and steps of one attempt that are kept. */
const entriesMax = 256;

/**
 * Remembers what a live attempt asked its host for and what it was told, so that a shadow can be told the same. It hands every question
 * on as it is, and keeps a bounded amount.
 */
export class LiveTrace implements AttemptTrace {
  readonly #calls: ShapedCall[] = [];
  readonly #answers = new Map<string, CallAnswer[]>();
  readonly #values = new Map<string, string | null>();
  readonly #claims = new Map<string, OnceClaim>();
  readonly #written = new Set<string>();
  #entries = 0;
  #answerBytes = 0;

  /** Whether it holds more than is kept of one attempt: then nothing can be said by it. */
  get isFull(): boolean {
    return this.#entries > entriesMax || this.#answerBytes > answerBytesMax;
  }

  get calls(): readonly ShapedCall[] {
    return this.#calls;
  }

  dry(): DryRun {
    const means = new DryMeans(this);
    return { means, calls: means.calls };
  }

  /** Takes what the live attempt was answered to the next call of this kind; the last answer is given again. */
  takeAnswer(method: string, url: string): CallAnswer | undefined {
    const answers = this.#answers.get(keyOf(method, url)) ?? [];
    return answers.length > 1 ? answers.shift() : answers[0];
  }

  /** What the live attempt found under a key before it wrote there; undefined when it did not look. */
  valueOf(key: string): string | null | undefined {
    return this.#values.get(key);
  }

  /** What the ledger told the live attempt of a step; undefined when it did not ask. */
  claimOf(step: string): OnceClaim | undefined {
    return this.#claims.get(step);
  }

  /** The host's own means, watched. */
  over({ targets, once, states }: HostMeans): HostMeans {
    const watched: HostMeans = {
      targets: {
        call: async (request) => {
          const answer = await targets.call(request);
          this.#noteCall(request.method, request.url, answer);
          return answer;
        },
      },
      once: {
        claim: async (step) => {
          const claim = await once.claim(step);
          if (this.#hasRoom()) this.#claims.set(step.name, claim);
          return claim;
        },
        finish: (step, result) => once.finish(step, result),
        release: (step) => once.release(step),
      },
    };
    if (states === undefined) return watched;
    return {
      ...watched,
      states: {
        get: async (place) => {
          const value = await states.get(place);
          if (!this.#written.has(place.key) && this.#hasRoom()) this.#values.set(place.key, value);
          return value;
        },
        set: (place, value) => {
          this.#noteWritten(place.key);
          return states.set(place, value);
        },
        delete: (place) => {
          this.#noteWritten(place.key);
          return states.delete(place);
        },
      },
    };
  }

  #noteCall(method: string, url: string, answer: CallAnswer): void {
    if (!this.#hasRoom()) return;
    this.#answerBytes += "failure" in answer ? 0 : answer.body.byteLength;
    if (this.isFull) return this.#answers.clear();
    this.#calls.push(shapeOf(method, url));
    const key = keyOf(method, url);
    const known = this.#answers.get(key);
    if (known === undefined) this.#answers.set(key, [answer]);
    else known.push(answer);
  }

  #noteWritten(key: string): void {
    if (this.#hasRoom()) this.#written.add(key);
  }

  #hasRoom(): boolean {
    this.#entries += 1;
    return !this.isFull;
  }
}

function keyOf(method: string, url: string): string {
  return `${method.toUpperCase()} ${url}`;
}
