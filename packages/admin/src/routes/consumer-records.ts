import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { secretAnswer } from "../access/repeated-request.ts";
import { needs } from "../access/route-access.ts";
import { describe } from "../answers/describe.ts";
import { recordsAnswer } from "../answers/records.ts";
import { foundConsumer } from "../found-consumer.ts";
import type { AdminCollaborators } from "../ports.ts";
import { findRecords, type RecordsPage, type RecordsWish } from "../records/find-records.ts";
import { noQuerySchema } from "../schemas/queries.ts";
import { recordsSchema } from "../schemas/records.ts";
import { meansOf } from "./changes.ts";

interface OneConsumer {
  readonly Params: { readonly id: string };
}

/** The records of a consumer's topic, masked, and what became of each. */
export function consumerRecordRoutes(app: FastifyInstance, collaborators: AdminCollaborators): void {
  const config = needs("change.read", "consumer");

  app.get<OneConsumer & { Querystring: RecordsWish }>(
    "/consumers/:id/records",
    {
      config,
      schema: {
        ...describe("consumers", "Shows the consumer's records, and what became of each.", {
          200: recordsAnswer,
        }),
        querystring: recordsSchema,
      },
    },
    ({ params, query }) => find(params.id, query, collaborators),
  );

  app.post<OneConsumer & { Body: RecordsWish }>(
    "/consumers/:id/records::search",
    {
      config: { ...config, ...secretAnswer },
      schema: {
        ...describe("consumers", "Shows them likewise, with a key that no log of addresses gets to see.", {
          200: recordsAnswer,
        }),
        querystring: noQuerySchema,
        body: recordsSchema,
      },
    },
    ({ params, body }) => find(params.id, body, collaborators),
  );
}

async function find(id: string, wish: RecordsWish, collaborators: AdminCollaborators): Promise<RecordsPage> {
  const row = await foundConsumer(id, collaborators);
  const { reader, masking } = meansOf(collaborators);
  const { ledger } = collaborators;
  if (ledger === undefined) throw new GluttonyError("request.not_found");
  const rules = await masking.rules.list();
  return findRecords(row, wish, { reader, rules, ledger, needed: collaborators });
}
