import { type ConsumerRow, GluttonyError } from "@gluttony/model";
import type { FastifyReply, FastifyRequest } from "fastify";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import { languageFor, setLanguage } from "../language.ts";
import { type Problem, problemOf } from "../problem.ts";
import { etagOf } from "../revision.ts";
import type { ConsumerBody } from "../schemas/consumers.ts";
import { consumerView, type ConsumerView } from "../views/consumer.ts";
import { type ThreeWayField, threeWayOf } from "./differences.ts";
import { fieldsOf, keptColumns, writableColumns } from "./fields.ts";

/** What a writer is told whose revision was overtaken: both versions, and which fields they differ in. */
export interface Conflict {
  /** The revision that the writer saw; null when none of that number is kept. */
  readonly base: string | null;
  readonly current: string;
  /** What differs between what was seen, what is there, and what is wanted. */
  readonly fields: readonly ThreeWayField[];
}

export interface ConflictProblem extends Problem {
  readonly current: ConsumerView;
  readonly conflict: Conflict;
}

/** What a writer wants, made on the columns that they saw. */
export type WantedOn = (seen: { readonly [column: string]: unknown }) => {
  readonly [column: string]: unknown;
};

/** Does the work; a writer whose revision was overtaken is answered with both versions. */
export async function orConflict(
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  writer: { readonly idOrName: string; readonly seen: bigint; readonly wantedOn: WantedOn },
  means: { readonly collaborators: AdminCollaborators; work(): Promise<ConsumerRow> },
): Promise<ConsumerView | FastifyReply> {
  const { request, reply } = exchange;
  try {
    const row = await means.work();
    reply.header("ETag", etagOf(row.revision));
    return consumerView(row);
  } catch (error) {
    if (!(error instanceof GluttonyError) || error.code !== "consumer.stale_revision") throw error;
    const row = await foundConsumer(writer.idOrName, means.collaborators);
    const language = languageFor(request);
    setLanguage(reply, language);
    const answer: ConflictProblem = {
      ...problemOf(error, { url: request.url, id: request.id, language }),
      current: consumerView(row),
      conflict: await conflictOf(row, writer, means.collaborators),
    };
    return reply
      .code(answer.status)
      .header("ETag", etagOf(row.revision))
      .type("application/problem+json; charset=utf-8")
      .send(JSON.stringify(answer));
  }
}

async function conflictOf(
  row: ConsumerRow,
  { seen, wantedOn }: { readonly seen: bigint; readonly wantedOn: WantedOn },
  { revisions }: AdminCollaborators,
): Promise<Conflict> {
  const [base, current] = await Promise.all([
    revisions.get(row.id, seen),
    revisions.get(row.id, row.revision),
  ]);
  // Both sides are compared as they are kept: there, secrets are only marks.
  const now = keptColumns(current?.row) ?? {};
  const was = keptColumns(base?.row);
  const fields = threeWayOf(fieldsOf(was ?? now), fieldsOf(now), fieldsOf(wantedOn(was ?? now)));
  return { base: base === null ? null : String(base.revision), current: String(row.revision), fields };
}

/** What a whole body wants, with its secret as a kind: nothing of a connection string may come back. */
export function wantedColumnsOf(
  body: ConsumerBody,
  seen: { readonly [column: string]: unknown },
): {
  readonly [column: string]: unknown;
} {
  const { conn_string: connString } = body;
  const written = Object.fromEntries(
    writableColumns.map((name) => [name, Reflect.get(body, name) ?? null] as const),
  );
  return { ...written, conn_string: shownWish(connString, seen["conn_string"]) };
}

function shownWish(written: ConsumerBody["conn_string"], seen: unknown): unknown {
  if (written === undefined) return seen ?? null;
  if (written === null) return null;
  return typeof written === "string" ? { kind: "new" } : { kind: written.kind };
}
