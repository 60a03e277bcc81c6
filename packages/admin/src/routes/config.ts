import type { FastifyInstance, FastifyRequest } from "fastify";
import { needs } from "../access/route-access.ts";
import { configAppliedAnswer, configDocumentAnswer, configPlanAnswer } from "../answers/config.ts";
import { describe } from "../answers/describe.ts";
import { applyConfig, readConfigPlan, type ShownPlan, type WantedConfig } from "../config/apply-config.ts";
import { documentOf } from "../config/document.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type ApplyConfigBody,
  applyConfigSchema,
  documentBytesMax,
  type PlanConfigBody,
  planConfigSchema,
} from "../schemas/config.ts";
import { noQuerySchema } from "../schemas/queries.ts";

/** All that people decided, as one document: written out, compared, and applied. */
export function configRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const querystring = noQuerySchema;

  app.get(
    "/config::export",
    {
      config: needs("config.read", "all"),
      schema: {
        ...describe(
          "config",
          "Writes consumers, decisions on plugins, and users as one document; no secrets.",
          {
            200: configDocumentAnswer,
          },
        ),
        querystring,
      },
    },
    async () => documentOf(await collaborators.config.read()),
  );

  app.post<{ Body: PlanConfigBody }>(
    "/config::plan",
    {
      config: needs("config.write", "all"),
      bodyLimit: documentBytesMax,
      schema: {
        ...describe("config", "Says what a document would change; changes nothing.", {
          200: configPlanAnswer,
        }),
        querystring,
        body: planConfigSchema,
      },
    },
    async (request) => planView(await readConfigPlan(wantedOf(request), collaborators)),
  );

  app.post<{ Body: ApplyConfigBody }>(
    "/config::apply",
    {
      config: needs("config.write", "all"),
      bodyLimit: documentBytesMax,
      schema: {
        ...describe("config", "Brings everything to what a document says, as its plan has it, or nothing.", {
          200: configAppliedAnswer,
        }),
        querystring,
        body: applyConfigSchema,
      },
    },
    async (request) => {
      const { hash, reason } = request.body;
      const { changes, unchanged } = await applyConfig(
        wantedOf(request),
        { hash, reason: reason ?? null },
        collaborators,
      );
      return { changes, unchanged };
    },
  );
}

function wantedOf({ body, principal, actor }: FastifyRequest<{ Body: PlanConfigBody }>): WantedConfig {
  const options = { prune: body.prune ?? false, isWithoutAccount: principal?.kind === "local" };
  return { document: body.document, options, actor };
}

function planView({ plan, hash, expiresAt }: ShownPlan): object {
  const { changes, unchanged, left, warnings } = plan;
  const faults = plan.faults.map(({ path, ...fault }) => ({ pointer: path, ...fault }));
  return { changes, unchanged, left, faults, warnings, hash, expiresAt };
}
