import type { Failure } from "@gluttony/model";
import type { HandlerState, OnceResult } from "@gluttony/sdk/testing";
import { FrameError } from "./frames.ts";
import { handlerError } from "./handler-error.ts";
import { objectOf, textOf } from "./messages.ts";

/** What a handler may ask its host for beside calls and steps. */
export const askKinds = ["state.get", "state.set", "state.delete", "secret"] as const;
export type AskKind = (typeof askKinds)[number];

/** One question of a handler. `name` is the state's key or the secret's name. */
export interface Ask {
  readonly kind: AskKind;
  readonly name: string;
  /** JSON text, for `state.set` alone. */
  readonly value: string | null;
}

/** A question on the wire. */
export interface AskMessage extends Ask {
  readonly request: number;
  readonly attemptId: number;
}

/** The host's answer: a text (JSON for a state), nothing, or why not. */
export type Told = { readonly value: string | null } | { readonly failure: Failure };

export interface ToldMessage {
  readonly request: number;
  readonly told: Told;
}

/** The largest value of a state, bytes of JSON. */
export const stateValueBytesMax = 65_536;
const nameCharactersMax = 200;

/** Reads a question of a cell, which is not trusted. Throws {@link FrameError}. */
export function parseAsk(value: unknown): AskMessage {
  const { request, attemptId, kind, name, value: written } = objectOf(value, "question");
  if (typeof request !== "number" || typeof attemptId !== "number")
    throw new FrameError("A question has no number.");
  const known = askKinds.find((one) => one === kind);
  if (known === undefined) throw new FrameError("A question is of no known kind.");
  const text = written === null ? null : textOf(written, "state", stateValueBytesMax);
  return { request, attemptId, kind: known, name: textOf(name, "name", nameCharactersMax), value: text };
}

/** How an attempt asks its host. Rejects with a HandlerError. */
export interface AskChannel {
  ask(ask: Ask): Promise<Told>;
}

/** `context.state` of one attempt. */
export function stateOver(channel: AskChannel): HandlerState {
  return {
    get: async (key) => {
      const value = await answerTo(channel, { kind: "state.get", name: keyOf(key), value: null });
      return value === null ? undefined : (JSON.parse(value) as OnceResult);
    },
    set: async (key, value) => {
      await answerTo(channel, { kind: "state.set", name: keyOf(key), value: jsonOf(value) });
    },
    delete: async (key) => {
      await answerTo(channel, { kind: "state.delete", name: keyOf(key), value: null });
    },
  };
}

/** `context.secret` of one attempt. */
export async function secretOver(channel: AskChannel, name: string): Promise<string> {
  const isName = typeof name === "string" && name.length <= nameCharactersMax;
  const value = isName ? await answerTo(channel, { kind: "secret", name, value: null }) : null;
  if (value === null) throw handlerError(secretNotGranted);
  return value;
}

async function answerTo(channel: AskChannel, ask: Ask): Promise<string | null> {
  const told = await channel.ask(ask);
  if ("failure" in told) throw handlerError(told.failure);
  return told.value;
}

function keyOf(key: unknown): string {
  if (typeof key === "string" && key !== "" && key.length <= nameCharactersMax) return key;
  throw handlerError(keyInvalid);
}

function jsonOf(value: OnceResult): string {
  try {
    const text: string | undefined = JSON.stringify(value);
    if (text !== undefined && Buffer.byteLength(text) <= stateValueBytesMax) return text;
  } catch {
    // A cycle or a bigint: no JSON, and answered below like any other.
  }
  throw handlerError(valueInvalid);
}

const keyInvalid: Failure = {
  kind: "config",
  code: "state.key_invalid",
  message: "A key of the state is a text of 1 to 200 characters.",
};

const valueInvalid: Failure = {
  kind: "config",
  code: "state.value_invalid",
  message: "A value of the state is JSON of at most 64 KiB.",
};

export const secretNotGranted: Failure = {
  kind: "config",
  code: "secret.not_granted",
  message: "The secret was not granted to this release.",
};
