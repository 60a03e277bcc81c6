import type { FastifyReply } from "fastify";

/** What every answer carries: nobody stores it, guesses its type, or runs anything of it. */
export function setStandardHeaders(reply: FastifyReply, requestId: string): void {
  reply.headers({
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
  });
}
