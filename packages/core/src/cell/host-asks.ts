import { GluttonyError } from "@gluttony/model";
import type { Failure, Release } from "@gluttony/model";
import type { StatePlace } from "../ports.ts";
import { secretNotGranted, stateValueBytesMax } from "./asks.ts";
import type { Ask, Told } from "./asks.ts";
import type { AttemptRequest } from "./cell.ts";
import type { CellCollaborators } from "./cell-plan.ts";
import { leaseLost, mayCall } from "./lease-lost.ts";
import { meansFor } from "./means-for.ts";

/** The attempt on whose behalf is asked, as the host knows it; the cell cannot forge it. */
export interface AskingAttempt {
  readonly request: AttemptRequest;
}

/** Questions of one cell that the host works on at once. */
const openMax = 1_024;
/** Milliseconds for which a secret's value is not read anew. */
const secretAgeMs = 30_000;

/** The host's half of `context.state` and `context.secret`. Never rejects. */
export class HostAsks {
  readonly #release: Release;
  readonly #with: CellCollaborators;
  readonly #secrets = new Map<string, { readonly value: string; readonly untilMs: number }>();
  #open = 0;

  constructor(release: Release, collaborators: CellCollaborators) {
    this.#release = release;
    this.#with = collaborators;
  }

  async answer(ask: Ask, attempt: AskingAttempt | undefined): Promise<Told> {
    if (attempt === undefined) return { failure: attemptOver };
    if (this.#open >= openMax) return { failure: unavailable };
    this.#open += 1;
    try {
      if (ask.kind === "secret") return await this.#secret(ask.name);
      return await this.#state(ask, attempt.request);
    } catch (error) {
      return { failure: this.#failureOf(error) };
    } finally {
      this.#open -= 1;
    }
  }

  async #state({ kind, name, value }: Ask, request: AttemptRequest): Promise<Told> {
    const { states } = meansFor(request, this.#with);
    if (states === undefined) return { failure: unavailable };
    const place = this.#placeOf(request, name);
    if (kind === "state.get") return { value: await states.get(place) };
    // Another host may have the partition by now, and what it wrote is newer.
    if (!mayCall(request)) return { failure: leaseLost };
    if (kind === "state.delete") await states.delete(place);
    else if (value === null || !isJson(value)) return { failure: valueInvalid };
    else await states.set(place, value);
    return { value: null };
  }

  #placeOf({ consumer }: AttemptRequest, key: string): StatePlace {
    return { consumerId: consumer.id, handler: `${this.#release.package}#${consumer.handler}`, key };
  }

  async #secret(name: string): Promise<Told> {
    const { grantedSecrets = {}, manifest } = this.#release;
    const isAsked = manifest.permissions.secrets?.includes(name) === true;
    const reference = isAsked && Object.hasOwn(grantedSecrets, name) ? grantedSecrets[name] : undefined;
    const { secrets } = this.#with;
    if (reference === undefined || secrets === undefined) return { failure: secretNotGranted };
    const known = this.#secrets.get(name);
    if (known !== undefined && performance.now() < known.untilMs) return { value: known.value };
    const value = await secrets.resolve(reference);
    this.#secrets.set(name, { value, untilMs: performance.now() + secretAgeMs });
    return { value };
  }

  #failureOf(error: unknown): Failure {
    const code = error instanceof GluttonyError ? error.code : "internal.unexpected";
    if (code === "state.full") return full;
    if (code === "secret.reference_missing") {
      return { kind: "config", code, message: "The place of the secret has no value." };
    }
    this.#with.log.warn("What a handler asked for cannot be answered.", {
      plugin: this.#release.package,
      code,
    });
    return unavailable;
  }
}

function isJson(text: string): boolean {
  if (Buffer.byteLength(text) > stateValueBytesMax) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const unavailable: Failure = {
  kind: "transient",
  code: "state.unavailable",
  message: "What the handler remembers cannot be read or written.",
};

const valueInvalid: Failure = {
  kind: "config",
  code: "state.value_invalid",
  message: "A value of the state is JSON of at most 64 KiB.",
};

const full: Failure = {
  kind: "config",
  code: "state.full",
  message: "The handler remembers too many keys for this consumer.",
};

const attemptOver: Failure = {
  kind: "transient",
  code: "handler.aborted",
  message: "The attempt is over.",
};
