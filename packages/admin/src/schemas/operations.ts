import { operationStates } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import type { PagingQuery } from "./queries.ts";

/** Parameters of the list of operations; `consumer` is an id or a name. */
export interface OperationsQuery extends PagingQuery {
  readonly state?: (typeof operationStates)[number];
  readonly kind?: string;
  readonly consumer?: string;
}

export const operationsQuerySchema: TSchema = Type.Object(
  {
    limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
    cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,18}$" })),
    state: Type.Optional(Type.Union(operationStates.map((state) => Type.Literal(state)))),
    kind: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    consumer: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { additionalProperties: false },
);
