import { type TSchema, Type } from "@sinclair/typebox";
import { observedStates } from "@gluttony/model";

/** Characters of a cursor. It holds a name of 255 characters and an id, each of up to three bytes, in base64. */
const cursorLengthMax = 2_048;

// Texts, because a query string holds nothing else; `limitOf` reads the number.
const paging = {
  limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: cursorLengthMax })),
};

/** The parameters of every list, to be extended by those of one. */
export const pagingQuery: { readonly [name: string]: TSchema } = paging;

const ofConsumer = { consumer: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })) };

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

const letterFilters = {
  ...ofConsumer,
  state: Type.Optional(
    Type.Union([
      Type.Literal("parked"),
      Type.Literal("replaying"),
      Type.Literal("replayed"),
      Type.Literal("discarded"),
    ]),
  ),
  failureCode: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  partition: Type.Optional(Type.String({ pattern: "^[0-9]{1,9}$" })),
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
};

/** Parameters of the list of dead letters; `consumer` is an id or a name. */
export const deadLettersQuerySchema: TSchema = Type.Object(
  { ...paging, ...letterFilters },
  { additionalProperties: false },
);

/** The same of the list as a file, which has a length of its own. */
export const deadLettersExportQuerySchema: TSchema = Type.Object(
  { cursor: paging.cursor, ...letterFilters },
  { additionalProperties: false },
);

/** Only of one consumer, by id or name; without it of all. */
export const ofConsumerQuerySchema: TSchema = Type.Object(ofConsumer, { additionalProperties: false });

/** How many lines of a history. */
export const historyQuerySchema: TSchema = Type.Object(
  { limit: paging.limit },
  { additionalProperties: false },
);

/** `?verbose`, with or without a value. */
export const verboseQuerySchema: TSchema = Type.Object(
  { verbose: Type.Optional(Type.String({ maxLength: 8 })) },
  { additionalProperties: false },
);
