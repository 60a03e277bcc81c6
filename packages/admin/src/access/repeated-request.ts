import { createHash } from "node:crypto";
import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { RequestMemory } from "../access-ports.ts";

/** Characters of a key; a UUID has 36. */
const keyPattern = /^[\x21-\x7e]{1,255}$/;
/** Headers of an answer that are given again. */
const keptHeaders = ["content-type", "content-language", "location", "etag"] as const;

declare module "fastify" {
  interface FastifyRequest {
    /** The key that this request holds until it is answered; null without one. */
    heldKey: Buffer | null;
  }
}

/**
 * Answers a POST that comes again with its Idempotency-Key instead of doing it again (draft-ietf-httpapi-idempotency-key-header).
 * An answer that says nothing was done frees the key: the request may be mended or may come again.
 */
export function rememberRequests(app: FastifyInstance, memory: RequestMemory): void {
  app.decorateRequest("heldKey", null);
  app.addHook("preHandler", async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return undefined;
    const keyHash = digestOf([request.actor, key]);
    const known = await memory.begin(keyHash, fingerprintOf(request));
    if (known.state === "new") request.heldKey = keyHash;
    else if (known.state === "answered") return answerAgain(reply, known.answer);
    else throw new GluttonyError(known.state === "other" ? "request.key_reused" : "request.in_progress");
    return undefined;
  });
  app.addHook("onSend", async (request, reply, payload) => {
    const { heldKey } = request;
    if (heldKey === null) return;
    request.heldKey = null;
    if (reply.statusCode >= 400 || isSecret(request)) await memory.forget(heldKey);
    else await memory.finish(heldKey, answerOf(reply, payload));
  });
}

/** Marks a route whose answer holds a secret that is shown once: it is not kept, and not given again. */
export const secretAnswer: { readonly isAnswerSecret: true } = { isAnswerSecret: true };

function isSecret({ routeOptions }: FastifyRequest): boolean {
  return Reflect.get(routeOptions.config, "isAnswerSecret") === true;
}

function keyOf({ method, headers }: FastifyRequest): string | null {
  const written = headers["idempotency-key"];
  if (method !== "POST" || written === undefined) return null;
  if (typeof written === "string" && keyPattern.test(written)) return written;
  const fault = {
    path: "/idempotency-key",
    message: "Must be 1 to 255 visible ASCII characters.",
    suggestion: "a UUID",
  };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

function fingerprintOf({ method, url, body }: FastifyRequest): Buffer {
  return digestOf([method, url, JSON.stringify(body ?? null)]);
}

function digestOf(parts: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(parts), "utf8").digest();
}

function answerOf(
  reply: FastifyReply,
  payload: unknown,
): { status: number; headers: { [name: string]: string }; body: string } {
  const headers = Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = reply.getHeader(name);
      return value === undefined ? [] : [[name, String(value)] as const];
    }),
  );
  return { status: reply.statusCode, headers, body: typeof payload === "string" ? payload : "" };
}

function answerAgain(
  reply: FastifyReply,
  answer: {
    readonly status: number;
    readonly headers: { readonly [name: string]: string };
    readonly body: string;
  },
): FastifyReply {
  return reply
    .code(answer.status)
    .headers({ ...answer.headers, "Idempotency-Replayed": "true" })
    .send(answer.body);
}
