import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import type { Reach } from "../access/reach.ts";
import { needs } from "../access/route-access.ts";
import type { Alert } from "../alerting-ports.ts";
import { alertAnswer, alertPageAnswer, silenceAnswer, silencePageAnswer } from "../answers/alerts.ts";
import { describe } from "../answers/describe.ts";
import { limitOf } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import {
  acknowledgeSchema,
  type AlertsQuery,
  alertsQuerySchema,
  type SilenceBody,
  silenceSchema,
} from "../schemas/alerts.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { alertView, silenceView } from "../views/alert.ts";

interface ById {
  readonly Params: { readonly id: string };
}

/** Alerts that are read at once, whoever may see them. */
const alertsReadMax = 1_000;
const querystring = noQuerySchema;

/** What fires, who took it on, and when nobody is to be told. */
export function alertRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const { store } = collaborators.alerting;

  app.get<{ Querystring: AlertsQuery }>(
    "/alerts",
    {
      config: needs("alert.read", "visible"),
      schema: {
        ...describe("alerts", "Lists alerts, newest first, and what became of telling them.", {
          200: alertPageAnswer,
        }),
        querystring: alertsQuerySchema,
      },
    },
    async ({ query, reach }) => {
      const { state } = query;
      const found = await store.alerts({ limit: alertsReadMax, ...(state === undefined ? {} : { state }) });
      const visible = await among(found, reach, collaborators);
      return { items: visible.slice(0, limitOf(query.limit)).map(alertView), next: null };
    },
  );

  app.post<ById & { Body: { readonly note?: string } }>(
    "/alerts/:id([^:/]+)::acknowledge",
    {
      config: needs("alert.handle", "visible"),
      schema: {
        ...describe("alerts", "Says that somebody looks after an alert.", { 200: alertAnswer }),
        querystring,
        body: acknowledgeSchema,
      },
    },
    async ({ params, body, actor, reach }) => {
      const found = await store.alert(params.id);
      const [alert] = await among(found === null ? [] : [found], reach, collaborators);
      if (alert === undefined) throw new GluttonyError("alert.not_found");
      return alertView(await store.acknowledge(alert.id, { actor, note: body.note ?? null }));
    },
  );
  silenceRoutes(app, collaborators);
}

function silenceRoutes(app: FastifyInstance, { alerting: { store } }: AdminCollaborators): void {
  app.get(
    "/silences",
    {
      config: needs("alert.read", "all"),
      schema: {
        ...describe("alerts", "Lists the silences that are not over.", { 200: silencePageAnswer }),
        querystring,
      },
    },
    async () => ({ items: (await store.silences()).map(silenceView), next: null }),
  );

  app.post<{ Body: SilenceBody }>(
    "/silences",
    {
      config: needs("alert.handle", "all"),
      schema: {
        ...describe("alerts", "Has nobody told of a rule or a subject for some time.", {
          201: silenceAnswer,
        }),
        querystring,
        body: silenceSchema,
      },
    },
    async ({ body, actor }, reply) => {
      const { rule = null, subject = null, reason, minutes } = body;
      const until = new Date(Date.now() + minutes * 60_000);
      return reply
        .code(201)
        .send(silenceView(await store.createSilence({ rule, subject, reason, until }, actor)));
    },
  );

  app.delete<ById>(
    "/silences/:id",
    {
      config: needs("alert.handle", "all"),
      schema: { ...describe("alerts", "Ends a silence.", { 204: null }), querystring },
    },
    async ({ params, actor }, reply) => {
      await store.deleteSilence(params.id, actor);
      return reply.code(204).send();
    },
  );
}

/** Those of which one may see a consumer; with an unlimited reach all. */
async function among(
  alerts: readonly Alert[],
  reach: Reach | null,
  { consumers }: AdminCollaborators,
): Promise<readonly Alert[]> {
  if (reach === null) return [];
  if (reach.isUnlimited) return alerts;
  const visible = new Set(reach.among(await consumers.list()).map(({ id }) => id));
  return alerts.filter(({ consumerIds }) => consumerIds.some((id) => visible.has(id)));
}
