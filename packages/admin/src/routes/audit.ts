import { describe, describeText } from "../answers/describe.ts";
import { auditAnswer, auditPageAnswer, auditVerdictAnswer } from "../answers/access.ts";
import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import type { AuditQuery } from "../access-ports.ts";
import { needs } from "../access/route-access.ts";
import { limitOf, pageLimitMax } from "../cursor.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type AuditFilter, auditExportSchema, auditQuerySchema } from "../schemas/access.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { auditVerdictView, auditView } from "../views/access.ts";

const access = needs("audit.read", "all");
/** Entries of one export; a longer time is exported in parts, by `from` and `to`. */
export const exportedMax = 100_000;

/** What was done, by whom, from where; and whether that is still what was written. */
export function auditRoutes(app: FastifyInstance, { access: { audit } }: AdminCollaborators): void {
  app.get<{ Querystring: AuditFilter & { readonly limit?: string; readonly cursor?: string } }>(
    "/audit",
    {
      config: access,
      schema: {
        ...describe("audit", "Lists what was done, newest first.", { 200: auditPageAnswer }),
        querystring: auditQuerySchema,
      },
    },
    async ({ query }) => {
      const limit = limitOf(query.limit);
      const before = query.cursor === undefined ? {} : { before: BigInt(query.cursor) };
      const entries = await audit.list({ ...conditionsOf(query), ...before, limit });
      const last = entries.at(-1);
      return {
        items: entries.map(auditView),
        next: entries.length === limit && last !== undefined ? String(last.seq) : null,
      };
    },
  );

  app.get<{ Params: { readonly seq: string } }>(
    "/audit/:seq([0-9]+)",
    {
      config: access,
      schema: { ...describe("audit", "Shows one entry.", { 200: auditAnswer }), querystring: noQuerySchema },
    },
    async ({ params }) => {
      const entry = params.seq.length > 18 ? null : await audit.get(BigInt(params.seq));
      if (entry === null) throw new GluttonyError("audit.not_found");
      return auditView(entry);
    },
  );

  app.get(
    "/audit::verify",
    {
      config: access,
      schema: {
        ...describe("audit", "Walks the chain, and names the first entry that is not what was written.", {
          200: auditVerdictAnswer,
        }),
        querystring: noQuerySchema,
      },
    },
    async () => auditVerdictView(await audit.verify()),
  );

  app.get<{ Querystring: AuditFilter }>(
    "/audit::export",
    {
      config: access,
      schema: {
        ...describeText("audit", "Exports entries as JSON lines.", "application/jsonl"),
        querystring: auditExportSchema,
      },
    },
    async ({ query, actor }, reply) => {
      await audit.note({
        actor,
        action: "audit.export",
        targetKind: "audit",
        targetId: null,
        reason: null,
        detail: {},
        result: "done",
      });
      const lines: string[] = [];
      let before: { readonly before?: bigint } = {};
      for (;;) {
        const entries = await audit.list({ ...conditionsOf(query), ...before, limit: pageLimitMax });
        lines.push(...entries.map((entry) => JSON.stringify(auditView(entry))));
        const last = entries.at(-1);
        if (last === undefined || entries.length < pageLimitMax || lines.length >= exportedMax) break;
        before = { before: last.seq };
      }
      return reply.type("application/jsonl; charset=utf-8").send(lines.map((line) => `${line}\n`).join(""));
    },
  );
}

function conditionsOf(filter: AuditFilter): Omit<AuditQuery, "limit"> {
  const { actor, action, targetKind, targetId, from, to } = filter;
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(targetKind === undefined ? {} : { targetKind }),
    ...(targetId === undefined ? {} : { targetId }),
    ...(from === undefined ? {} : { from: new Date(from) }),
    ...(to === undefined ? {} : { to: new Date(to) }),
  };
}
