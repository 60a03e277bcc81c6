import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** Characters of base64url; 132 bits, so that two answers never share a tag. */
const tagLength = 22;

/**
 * Gives every JSON answer to a GET a strong ETag, and answers 304 without a body to whoever holds it already (RFC 9110, 13.1.2).
 * Rows that are written by revision have set theirs before, and keep it. Comes after the answer was scrubbed: the tag is that of
 * what is sent.
 */
export function answerUnchangedReads(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    if (request.method !== "GET" || reply.statusCode !== 200 || typeof payload !== "string") return payload;
    if (!isJson(reply.getHeader("content-type"))) return payload;
    const tag = reply.getHeader("etag") ?? tagOf(payload);
    reply.header("ETag", tag);
    if (!names(request.headers["if-none-match"], String(tag))) return payload;
    reply.code(304).removeHeader("content-type").removeHeader("content-length");
    return null;
  });
}

function isJson(contentType: unknown): boolean {
  return typeof contentType === "string" && contentType.startsWith("application/json");
}

function tagOf(payload: string): string {
  return `"${createHash("sha256").update(payload).digest("base64url").slice(0, tagLength)}"`;
}

/** If-None-Match compares weakly: what proxies make of a strong tag still names it. */
function names(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((one) => one.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(tag);
}
