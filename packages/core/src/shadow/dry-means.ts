import type { Failure } from "@gluttony/model";
import type { HostFetchRequest, HostMeans } from "../ports.ts";
import { type ShapedCall, shapeOf } from "./call-shape.ts";
import type { CallAnswer, LiveTrace } from "./live-trace.ts";

/** Calls of one attempt that are noted. */
const callsMax = 256;
/** Characters that one attempt may read again after it wrote them. */
const writtenCharactersMax = 262_144;

/**
 * What a shadow's attempt is told by its host: what the live attempt was told, and of what that did not ask for, that nothing is known and all
 * went well. Nothing leaves and nothing is stored; what it writes it can read again in the same attempt.
 */
export class DryMeans implements HostMeans {
  readonly #trace: LiveTrace;
  readonly #calls: ShapedCall[] = [];
  readonly #written = new Map<string, string | null>();
  #writtenCharacters = 0;

  constructor(trace: LiveTrace) {
    this.#trace = trace;
  }

  /** The calls that it would have made. */
  get calls(): readonly ShapedCall[] {
    return this.#calls;
  }

  readonly targets: HostMeans["targets"] = {
    call: async (request) => {
      if (this.#calls.length < callsMax) this.#calls.push(shapeOf(request.method, request.url));
      return this.#answerOf(request);
    },
  };

  readonly once: HostMeans["once"] = {
    claim: async ({ name }) => this.#trace.claimOf(name) ?? { state: "claimed" },
    finish: async () => undefined,
    release: async () => undefined,
  };

  readonly states: NonNullable<HostMeans["states"]> = {
    get: async ({ key }) =>
      this.#written.has(key) ? (this.#written.get(key) ?? null) : (this.#trace.valueOf(key) ?? null),
    set: async ({ key }, value) => this.#write(key, value),
    delete: async ({ key }) => this.#write(key, null),
  };

  #write(key: string, value: string | null): void {
    this.#writtenCharacters += key.length + (value?.length ?? 0);
    if (this.#writtenCharacters <= writtenCharactersMax) this.#written.set(key, value);
  }

  #answerOf({ method, url, grantedOrigins }: HostFetchRequest): CallAnswer {
    const { origin } = shapeOf(method, url);
    // As the live host would: what is not granted shows before it is let near a target.
    if (!grantedOrigins.includes(origin)) return { failure: notGranted(origin) };
    return this.#trace.takeAnswer(method, url) ?? { status: 200, headers: jsonHeaders, body: emptyObject() };
  }
}

const jsonHeaders = { "content-type": "application/json" };

function emptyObject(): Uint8Array {
  return Buffer.from("{}");
}

function notGranted(origin: string): Failure {
  const message = `${origin} was not granted to this plugin.`;
  return { kind: "config", code: "target.not_granted", message, target: origin };
}
