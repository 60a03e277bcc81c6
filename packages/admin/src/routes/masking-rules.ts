import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { needs } from "../access/route-access.ts";
import { maskingRuleAnswer, maskingRulePageAnswer } from "../answers/changes.ts";
import { describe } from "../answers/describe.ts";
import type { MaskingRuleStore } from "../change-ports.ts";
import { limitOf, pageOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, type RevisionCodes, seenRevision } from "../revision.ts";
import { type MaskingRuleBody, maskingRuleSchema, ruleParamsSchema } from "../schemas/changes.ts";
import { noQuerySchema, type PagingQuery, releasesQuerySchema } from "../schemas/queries.ts";
import { maskingRuleView } from "../views/masking-rule.ts";

const revisionCodes: RevisionCodes = {
  missing: "request.revision_required",
  stale: "masking.stale_revision",
};

interface ByName {
  readonly Params: { readonly name: string };
}

/** By which rules values of rows are shown. */
export function maskingRuleRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  app.get<{ Querystring: PagingQuery }>(
    "/masking-rules",
    {
      config: needs("masking.read", "any"),
      schema: {
        ...describe("masking", "Lists the rules by which values are shown; what none shows is masked.", {
          200: maskingRulePageAnswer,
        }),
        querystring: releasesQuerySchema,
      },
    },
    async ({ query }) => {
      const page = { limit: limitOf(query.limit), cursor: query.cursor };
      const { items, next } = pageOf(await rulesOf(collaborators).list(), ({ name }) => name, page);
      return { items: items.map(maskingRuleView), next };
    },
  );

  app.put<ByName & { Body: MaskingRuleBody }>(
    "/masking-rules/:name",
    {
      config: needs("masking.write", "all"),
      schema: {
        ...describe("masking", "Makes a rule with If-None-Match: *, or changes the one of If-Match.", {
          200: maskingRuleAnswer,
          201: maskingRuleAnswer,
        }),
        params: ruleParamsSchema,
        querystring: noQuerySchema,
        body: maskingRuleSchema,
      },
    },
    async ({ params, body, headers, actor }, reply) => {
      const rules = rulesOf(collaborators);
      const draft = { name: params.name, ...body };
      const isNew = headers["if-none-match"]?.trim() === "*";
      const rule = isNew
        ? await rules.create(draft, actor)
        : await rules.update(draft, { actor, revision: seenRevision(headers["if-match"], revisionCodes) });
      return reply
        .code(isNew ? 201 : 200)
        .header("ETag", etagOf(rule.revision))
        .send(maskingRuleView(rule));
    },
  );

  app.delete<ByName>(
    "/masking-rules/:name",
    {
      config: needs("masking.write", "all"),
      schema: {
        ...describe("masking", "Deletes a rule.", { 204: null }),
        params: ruleParamsSchema,
        querystring: noQuerySchema,
      },
    },
    async ({ params, headers, actor }, reply) => {
      const revision = seenRevision(headers["if-match"], revisionCodes);
      await rulesOf(collaborators).delete(params.name, { actor, revision });
      return reply.code(204).send();
    },
  );
}

function rulesOf({ masking }: AdminCollaborators): MaskingRuleStore {
  if (masking === undefined) throw new GluttonyError("request.not_found");
  return masking.rules;
}
