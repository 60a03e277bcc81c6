import { type TSchema, Type } from "@sinclair/typebox";

/** Where to go after signing in. */
export interface BeginQuery {
  readonly return?: string;
}

export const beginQuerySchema: TSchema = Type.Object(
  { return: Type.Optional(Type.String({ minLength: 1, maxLength: 1_024 })) },
  { additionalProperties: false },
);

/** What the provider's page adds to the address (RFC 6749, RFC 9207); it may add more of its own. */
export const finishQuerySchema: TSchema = Type.Object(
  {
    code: Type.Optional(Type.String({ maxLength: 4_096 })),
    state: Type.Optional(Type.String({ maxLength: 1_024 })),
    iss: Type.Optional(Type.String({ maxLength: 1_024 })),
    error: Type.Optional(Type.String({ maxLength: 1_024 })),
  },
  { additionalProperties: true },
);
