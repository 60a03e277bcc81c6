import { type TSchema, Type } from "@sinclair/typebox";
import { observedStates } from "@gluttony/model";

/** Characters of a cursor. It holds a name of 255 characters and an id, each of up to three bytes, in base64. */
const cursorLengthMax = 2_048;

// Texts, because a query string holds nothing else; `limitOf` reads the number.
const paging = {
  limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: cursorLengthMax })),
};

/** The parameters of every list. */
export interface PagingQuery {
  readonly limit?: string;
  readonly cursor?: string;
}

/** No parameters at all. */
export const noQuerySchema: TSchema = Type.Object({}, { additionalProperties: false });

/** Parameters of the list of consumers; `name` is a part of the name. */
export const consumersQuerySchema: TSchema = Type.Object(
  {
    ...paging,
    state: Type.Optional(Type.Union(observedStates.map((state) => Type.Literal(state)))),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  },
  { additionalProperties: false },
);

/** Parameters of the list of releases. */
export const releasesQuerySchema: TSchema = Type.Object(paging, { additionalProperties: false });

/** Parameters of the list of dead letters; `consumer` is an id or a name. */
export const deadLettersQuerySchema: TSchema = Type.Object(
  {
    ...paging,
    consumer: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    state: Type.Optional(
      Type.Union([
        Type.Literal("parked"),
        Type.Literal("replaying"),
        Type.Literal("replayed"),
        Type.Literal("discarded"),
      ]),
    ),
  },
  { additionalProperties: false },
);

/** `?verbose`, with or without a value. */
export const verboseQuerySchema: TSchema = Type.Object(
  { verbose: Type.Optional(Type.String({ maxLength: 8 })) },
  { additionalProperties: false },
);
