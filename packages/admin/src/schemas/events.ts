import { type TSchema, Type } from "@sinclair/typebox";

/** `topics` is a comma-separated list; without it everything is told. */
export const eventsQuerySchema: TSchema = Type.Object(
  { topics: Type.Optional(Type.String({ pattern: "^[a-z-]{1,20}(,[a-z-]{1,20}){0,9}$" })) },
  { additionalProperties: false },
);
