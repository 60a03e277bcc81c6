import { type AlertRuleName, GluttonyError, isAlertRule } from "@gluttony/model";
import type { FastifyInstance, FastifyReply } from "fastify";
import { needs } from "../access/route-access.ts";
import type { RuleSetting } from "../alerting-ports.ts";
import { alertRuleAnswer, alertRulePageAnswer } from "../answers/alerts.ts";
import { describe } from "../answers/describe.ts";
import type { AdminCollaborators } from "../ports.ts";
import { etagOf, seenRevision } from "../revision.ts";
import { type RuleBody, ruleSchema } from "../schemas/alerts.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { ruleView } from "../views/alert.ts";

interface ById {
  readonly Params: { readonly id: string };
}

const codes = { missing: "request.revision_required", stale: "alert.stale_revision" } as const;
const querystring = noQuerySchema;

/** The rules that are built in, and how they are set here. */
export function alertRuleRoutes(app: FastifyInstance, { alerting: { store } }: AdminCollaborators): void {
  app.get(
    "/alert-rules",
    {
      config: needs("alert.read", "any"),
      schema: { ...describe("alerts", "Lists the rules.", { 200: alertRulePageAnswer }), querystring },
    },
    async () => ({ items: (await store.rules()).map(ruleView), next: null }),
  );

  app.get<ById>(
    "/alert-rules/:id",
    {
      config: needs("alert.read", "any"),
      schema: { ...describe("alerts", "Shows one rule.", { 200: alertRuleAnswer }), querystring },
    },
    async ({ params }, reply) => {
      const rule = ruleOf(params.id);
      const setting = (await store.rules()).find((one) => one.rule === rule);
      if (setting === undefined) throw new GluttonyError("alert.rule_not_found");
      return sendRule(setting, reply);
    },
  );

  app.put<ById & { Body: RuleBody }>(
    "/alert-rules/:id",
    {
      config: needs("alert.write", "all"),
      schema: {
        ...describe("alerts", "Sets a rule.", { 200: alertRuleAnswer }),
        querystring,
        body: ruleSchema,
      },
    },
    async ({ params, headers, body, actor }, reply) => {
      const revision = seenRevision(headers["if-match"], codes);
      const { isEnabled, threshold, forMs } = body;
      const setting = { rule: ruleOf(params.id), isEnabled, threshold, forMs };
      return sendRule(await store.setRule(setting, { actor, revision }), reply);
    },
  );
}

function ruleOf(text: string): AlertRuleName {
  if (isAlertRule(text)) return text;
  throw new GluttonyError("alert.rule_not_found");
}

function sendRule(setting: RuleSetting, reply: FastifyReply): ReturnType<typeof ruleView> {
  reply.header("ETag", etagOf(setting.revision));
  return ruleView(setting);
}
