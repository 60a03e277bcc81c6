import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ReadText } from "./bundle-file.ts";

/** Headers by which somebody is recognised, and in which language they are answered. */
const passedOn = ["authorization", "cookie", "host", "origin", "sec-fetch-site", "accept-language"] as const;

/**
 * Asks this API in the name of whoever made a request, as they could themselves: the same permission, the same scope and the same
 * views, so that a bundle holds nothing that they may not see. Answers the text, or the code of the refusal.
 */
export function askItself(app: FastifyInstance, request: FastifyRequest): (url: string) => Promise<ReadText> {
  const headers = Object.fromEntries(
    passedOn.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    }),
  );
  return async (url) => {
    const { statusCode, payload } = await app.inject({
      method: "GET",
      url,
      headers: { ...headers, "x-request-id": request.id },
      remoteAddress: request.ip,
    });
    // A host that is not ready says so with 503, and why.
    if (statusCode < 400 || (statusCode === 503 && url.startsWith("/readyz"))) return { text: payload };
    return { code: codeOf(payload) };
  };
}

function codeOf(problem: string): string {
  const body = parsed(problem);
  const code: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "code") : null;
  return typeof code === "string" ? code : "internal.unexpected";
}

/** The value of a text of JSON; undefined of any other. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
