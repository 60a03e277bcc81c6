import { setTimeout as sleep } from "node:timers/promises";
import { type Code, GluttonyError, isCode } from "@gluttony/model";
import { type ApiAddress, problemOf } from "../api-client.ts";
import { type Fields, fieldsOf } from "../output/fields.ts";
import { type SseMessage, sseMessages } from "./sse-messages.ts";

/** Milliseconds before a stream that broke is asked for again; doubled each time. */
const backoff = { firstMs: 500, maxMs: 10_000 };
/** Milliseconds for the head of an answer. */
const answerMs = 15_000;
/** Ends that asking again does not mend. */
const finalCodes: ReadonlySet<Code> = new Set<Code>([
  "request.unauthorized",
  "request.not_permitted",
  "consumer.not_found",
]);

/** Something that a consumer's stream tells. */
export interface LiveEvent {
  readonly event: string;
  readonly data: Fields;
}

/** What is followed: the stream's path, what is wanted in its body, and from where on. */
export interface FollowWish {
  readonly path: string;
  readonly body: Fields;
  readonly after: string | null;
}

/**
 * Follows a stream until the signal; one that breaks is asked for again from where it was. Throws the problem that the
 * first answer is, and what ends a stream for good.
 */
export async function* followLive(
  api: ApiAddress,
  { path, body, after }: FollowWish,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent> {
  let lastId = after;
  let failures = 0;
  let isFirst = true;
  while (!signal.aborted) {
    try {
      for await (const message of messagesOf(api, { path, body, after: lastId }, signal)) {
        failures = 0;
        isFirst = false;
        ({ lastId } = { lastId: message.lastId ?? lastId });
        const data = fieldsOf(JSON.parse(message.data));
        if (message.event === "end") throw endOf(data);
        yield { event: message.event, data };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst || isFinal(error)) throw error;
    }
    failures += 1;
    const ms = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(failures, 10));
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }
}

async function* messagesOf(
  { url, token }: ApiAddress,
  { path, body, after }: FollowWish,
  signal: AbortSignal,
): AsyncGenerator<SseMessage> {
  const patience = new AbortController();
  const impatient = setTimeout(() => patience.abort(), answerMs);
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(after === null ? {} : { "last-event-id": after }),
    },
    body: JSON.stringify(body),
    redirect: "error",
    signal: AbortSignal.any([signal, patience.signal]),
  })
    .catch((cause: unknown) => {
      throw new GluttonyError("api.unreachable", { url }, { cause });
    })
    .finally(() => clearTimeout(impatient));
  if (!answer.ok || answer.body === null)
    throw problemOf({ status: answer.status, json: await answer.json().catch(() => null) });
  yield* sseMessages(answer.body);
}

function endOf({ code }: Fields): GluttonyError {
  return new GluttonyError(typeof code === "string" && isCode(code) ? code : "internal.unexpected");
}

function isFinal(error: unknown): boolean {
  return error instanceof GluttonyError && finalCodes.has(error.code);
}
