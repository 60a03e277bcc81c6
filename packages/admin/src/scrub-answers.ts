import type { FastifyInstance } from "fastify";
import type { AnswerScrubber } from "./secret-ports.ts";

/**
 * The last look at every answer that is a text, whoever wrote it: a view, an error, or a target whose words are passed on. Comes
 * before answers are remembered, so that none is kept unseen.
 */
export function scrubAnswers(app: FastifyInstance, scrubber: AnswerScrubber): void {
  app.addHook("onSend", async (_request, reply, payload) => {
    if (typeof payload !== "string") return payload;
    return isProblem(reply.getHeader("content-type"))
      ? scrubber.scrubText(payload)
      : scrubber.scrubAnswer(payload);
  });
}

function isProblem(contentType: unknown): boolean {
  return typeof contentType === "string" && contentType.startsWith("application/problem+json");
}
