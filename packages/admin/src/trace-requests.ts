import type { FastifyInstance, FastifyRequest } from "fastify";
import type { RequestTrace } from "./trace-ports.ts";

/** Has every request followed from its first hook to its answer. */
export function traceRequests(app: FastifyInstance, trace: RequestTrace): void {
  const open = new WeakMap<FastifyRequest, ReturnType<RequestTrace["begin"]>>();
  app.addHook("onRequest", (request, _reply, done) => {
    const { id, method, headers, routeOptions } = request;
    const { traceparent } = headers;
    const span = trace.begin({
      id,
      method,
      // A path without a route may be anything; it must not be told.
      route: routeOptions.url ?? "none",
      traceparent: typeof traceparent === "string" ? traceparent : null,
    });
    open.set(request, span);
    span.run(done);
  });
  app.addHook("onResponse", async (request, { statusCode }) => open.get(request)?.end(statusCode));
}
