import { describe } from "../answers/describe.ts";
import { healthAnswer, readinessAnswer } from "../answers/host.ts";
import type { FastifyInstance } from "fastify";
import { openAccess } from "../access/route-access.ts";
import type { AdminCollaborators, Readiness } from "../ports.ts";
import { noQuerySchema, verboseQuerySchema } from "../schemas/queries.ts";

/** `/healthz` depends on nothing, since a restart does not mend Kafka; `/readyz` says whether work can be done. */
export function healthRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get(
    "/healthz",
    {
      ...openAccess,
      schema: {
        ...describe("host", "Says that the process can answer; depends on nothing.", { 200: healthAnswer }),
        querystring: noQuerySchema,
      },
    },
    () => ({ status: "ok" }),
  );

  app.get<{ Querystring: { readonly verbose?: string } }>(
    "/readyz",
    {
      ...openAccess,
      schema: {
        ...describe("host", "Says whether the host can do its work.", {
          200: readinessAnswer,
          503: readinessAnswer,
        }),
        querystring: verboseQuerySchema,
      },
    },
    async (request, reply) => {
      const { ok, parts } = await readinessOf(collaborators);
      const status = ok ? "ready" : "not_ready";
      const isVerbose = request.query.verbose !== undefined && request.query.verbose !== "false";
      return reply.code(ok ? 200 : 503).send(isVerbose ? { status, parts } : { status });
    },
  );
}

async function readinessOf({ readiness, log }: AdminCollaborators): Promise<Readiness> {
  try {
    const { ok, parts } = await readiness();
    // A sum that contradicts its parts must not bring work to a host that cannot do it.
    return { ok: ok && parts.every((part) => part.ok), parts };
  } catch (error) {
    // A probe that fails is an answer for the one who asks: not ready.
    const name = error instanceof Error ? error.name : typeof error;
    log.warn("readiness could not be told", { error: name });
    return { ok: false, parts: [{ name: "readiness", ok: false, detail: "could not be told" }] };
  }
}
