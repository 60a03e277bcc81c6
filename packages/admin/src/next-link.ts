import type { FastifyInstance } from "fastify";

/**
 * Points from a page of a list to the next one (RFC 8288), by the same address with the page's cursor. Routes that link
 * elsewhere have set the header before.
 */
export function linkNextPages(app: FastifyInstance): void {
  app.addHook("preSerialization", async (request, reply, payload: unknown) => {
    const next = nextOf(payload);
    if (request.method !== "GET" || next === null || reply.hasHeader("link")) return payload;
    const [path = "", query = ""] = request.url.split("?");
    const parameters = new URLSearchParams(query);
    parameters.set("cursor", next);
    reply.header("Link", `<${path}?${parameters.toString()}>; rel="next"`);
    return payload;
  });
}

function nextOf(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null || !("items" in payload) || !("next" in payload))
    return null;
  return typeof payload.next === "string" ? payload.next : null;
}
