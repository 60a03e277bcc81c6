import { type Consumer, GluttonyError, parseConsumer } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { connectorPlanAnswer, connectorValidationAnswer } from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import type { ConnectorDeed } from "../connector-ports.ts";
import { requireConnectors } from "../connectors/found-connector.ts";
import { noteDeed } from "../connectors/note-deed.ts";
import { shownFault, withPointers } from "../connectors/told-faults.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type DeedApply,
  deedApplySchema,
  type DeedRequest,
  deedSchema,
  type ValidateRequest,
  validateSchema,
} from "../schemas/connectors.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { connectorPlanView } from "../views/connector-plan.ts";

/** Connectors are written, brought back to their rows, adopted and removed only as a plan showed it. */
export function connectorPlanRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("connector.write", "all");
  const querystring = noQuerySchema;

  app.post<{ Body: ValidateRequest }>(
    "/connectors::validate",
    {
      config,
      schema: {
        ...describe(
          "connectors",
          "Checks a configuration by our lists and then by the worker, field by field.",
          {
            200: connectorValidationAnswer,
          },
        ),
        querystring,
        body: validateSchema,
      },
    },
    async ({ body }) => {
      const { plans } = requireConnectors(collaborators);
      const { refusals, warnings } = await withPointers(plans.plan({ do: "write", ...body }));
      return {
        ok: refusals.length === 0,
        faults: refusals.map(shownFault),
        warnings: warnings.map(shownFault),
      };
    },
  );

  app.post<{ Body: { readonly deed: DeedRequest } }>(
    "/connectors::plan",
    {
      config,
      schema: {
        ...describe("connectors", "Says what a deed would change; changes nothing.", {
          200: connectorPlanAnswer,
        }),
        querystring,
        body: deedSchema,
      },
    },
    async ({ body }) => {
      const { plans } = requireConnectors(collaborators);
      return connectorPlanView(await withPointers(plans.plan(await deedOf(body.deed, collaborators))));
    },
  );

  app.post<{ Body: DeedApply }>(
    "/connectors::apply",
    {
      config,
      schema: {
        ...describe("connectors", "Does what a plan of the same deed showed, or nothing.", {
          200: connectorPlanAnswer,
        }),
        querystring,
        body: deedApplySchema,
      },
    },
    async ({ body, actor }) => {
      const { plans } = requireConnectors(collaborators);
      const hash = requireHash(body.hash);
      const deed = await deedOf(body.deed, collaborators);
      const plan = await withPointers(plans.apply(deed, hash));
      const { connector } = plan;
      const detail = { options: plan.changes.map(({ option }) => option), effects: plan.effects };
      await noteDeed(
        { actor, action: `connector.${deed.do}`, connector, reason: body.reason, detail },
        collaborators,
      );
      return connectorPlanView(plan);
    },
  );
}

/** Nothing is done that nobody looked at. Throws `connect.plan_required`. */
export function requireHash(hash: string | undefined): string {
  if (hash === undefined) throw new GluttonyError("connect.plan_required");
  return hash;
}

async function deedOf(deed: DeedRequest, collaborators: AdminCollaborators): Promise<ConnectorDeed> {
  switch (deed.do) {
    case "write":
      return deed;
    case "follow":
      return { do: "follow", consumer: await consumerOf(deed.consumer, collaborators) };
    case "adopt": {
      const rows = (deed.consumers ?? []).map(async (consumer) => foundConsumer(consumer, collaborators));
      const consumerIds = (await Promise.all(rows)).map(({ id }) => id);
      return { do: "adopt", connector: deed.connector, consumerIds };
    }
    case "remove": {
      const { connector, slot = false, publication = false } = deed;
      return { do: "remove", connector, slot, publication };
    }
  }
}

/** The row, checked. Throws `consumer.not_found`, `consumer.invalid`. */
export async function consumerOf(
  idOrName: string,
  collaborators: Pick<AdminCollaborators, "consumers">,
): Promise<Consumer> {
  const row = await foundConsumer(idOrName, collaborators);
  const parsed = parseConsumer(row);
  if ("consumer" in parsed) return parsed.consumer;
  throw new GluttonyError("consumer.invalid", { consumer: row.name }, { faults: parsed.faults });
}
