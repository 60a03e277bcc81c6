import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { offsetPlanAnswer, offsetsAnswer } from "../answers/connectors.ts";
import { describe } from "../answers/describe.ts";
import type { OffsetDeed } from "../connector-ports.ts";
import { foundConnector, requireConnectors } from "../connectors/found-connector.ts";
import { noteDeed } from "../connectors/note-deed.ts";
import { withPointers } from "../connectors/told-faults.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  type OffsetApply,
  offsetApplySchema,
  type OffsetDeedRequest,
  offsetDeedSchema,
} from "../schemas/connectors.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { causeOf } from "../views/cause.ts";
import { offsetPlanView } from "../views/connector-plan.ts";
import { standingOf } from "../views/connector.ts";
import { requireHash } from "./connector-plans.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** Where connectors read their sources: seen at any time, changed by plan while they are stopped. */
export function connectorOffsetRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const querystring = noQuerySchema;

  app.get<ById>(
    "/connectors/:id/offsets",
    {
      config: needs("connector.read", "visible"),
      schema: {
        ...describe(
          "connectors",
          "Shows where a connector reads its source, and whether that can change now.",
          {
            200: offsetsAnswer,
          },
        ),
        querystring,
      },
    },
    async ({ params, reach }) => {
      const found = await foundConnector(params.id, reach, collaborators);
      const offsets = await requireConnectors(collaborators).offsets.read(params.id);
      const { state } = standingOf(found);
      const isChangeable = state === "stopped" && found.connector.registration !== null;
      const code = state === "stopped" ? "connect.not_ours" : "connect.not_stopped";
      const cause = isChangeable ? null : causeOf(code, { connector: params.id, state });
      return { connector: params.id, state, isChangeable, cause, offsets };
    },
  );

  app.post<ById & { Body: { readonly deed: OffsetDeedRequest } }>(
    "/connectors/:id([^:/]+)/offsets::plan",
    {
      config: needs("connector.write", "all"),
      schema: {
        ...describe("connectors", "Says where a connector would read from; changes nothing.", {
          200: offsetPlanAnswer,
        }),
        querystring,
        body: offsetDeedSchema,
      },
    },
    async ({ params, body }) => {
      const { offsets } = requireConnectors(collaborators);
      return offsetPlanView(await withPointers(offsets.plan(deedOf(params.id, body.deed))));
    },
  );

  app.post<ById & { Body: OffsetApply }>(
    "/connectors/:id([^:/]+)/offsets::apply",
    {
      config: needs("connector.write", "all"),
      schema: {
        ...describe("connectors", "Changes where a stopped connector reads its source, as a plan showed.", {
          200: offsetPlanAnswer,
        }),
        querystring,
        body: offsetApplySchema,
      },
    },
    async ({ params, body, actor }) => {
      const { offsets } = requireConnectors(collaborators);
      const hash = requireHash(body.hash);
      const plan = await withPointers(offsets.apply(deedOf(params.id, body.deed), hash));
      const action = `connector.offsets_${plan.do}`;
      await noteDeed({ actor, action, connector: params.id, reason: body.reason }, collaborators);
      return offsetPlanView(plan);
    },
  );
}

function deedOf(connector: string, deed: OffsetDeedRequest): OffsetDeed {
  return { ...deed, connector };
}
