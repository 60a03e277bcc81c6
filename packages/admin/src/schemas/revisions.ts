import { type TSchema, Type } from "@sinclair/typebox";
import type { PagingQuery } from "./queries.ts";

export type RevisionsQuery = PagingQuery;

const number = Type.String({ pattern: "^[0-9]{1,18}$" });

export const revisionsQuerySchema: TSchema = Type.Object(
  { limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })), cursor: Type.Optional(number) },
  { additionalProperties: false },
);

/** The revision that one is compared with; left out: the one before it. */
export interface AgainstQuery {
  readonly against?: string;
}

export const againstQuerySchema: TSchema = Type.Object(
  { against: Type.Optional(number) },
  { additionalProperties: false },
);
