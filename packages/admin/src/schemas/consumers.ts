import type { JsonObject } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";

const columnText = (): TSchema => Type.Union([Type.String({ maxLength: 255 }), Type.Null()]);

/** Characters of a connection string, and of the reference to one: what can be written can be shown and sent back. */
const connStringLengthMax = 4_096;

const shownReference = Type.Object(
  { kind: Type.Literal("reference"), ref: Type.String({ maxLength: connStringLengthMax }) },
  { additionalProperties: false },
);
const shownSecret = Type.Object(
  { kind: Type.Union([Type.Literal("encrypted"), Type.Literal("clear")]) },
  { additionalProperties: false },
);

const writable = {
  name: Type.String({ minLength: 1, maxLength: 255 }),
  conn_string: Type.Optional(
    Type.Union([
      Type.String({ minLength: 1, maxLength: connStringLengthMax }),
      Type.Null(),
      shownReference,
      shownSecret,
    ]),
  ),
  data_source: Type.Optional(columnText()),
  capture_schema: Type.Optional(columnText()),
  capture_table: Type.Optional(columnText()),
  topic: Type.Optional(columnText()),
  group: Type.Optional(columnText()),
  handler_func: Type.String({ minLength: 1, maxLength: 1_024 }),
};

const globalKey = Type.Array(Type.String({ maxLength: 255 }), { maxItems: 64 });
const configuration = Type.Record(Type.String(), Type.Unknown());

/** What a person may write when a consumer is made. */
export const createConsumerSchema: TSchema = Type.Object(
  {
    ...writable,
    global_key: Type.Optional(globalKey),
    is_valid: Type.Optional(Type.Boolean()),
    configuration: Type.Optional(configuration),
  },
  { additionalProperties: false },
);

/**
 * The whole consumer as it should be. What would do harm when forgotten is required. The columns that a GET
 * shows and nobody may write are taken back unread, so that a reader can send what it read.
 */
export const replaceConsumerSchema: TSchema = Type.Object(
  {
    ...writable,
    global_key: globalKey,
    is_valid: Type.Boolean(),
    configuration,
    id: Type.Optional(Type.String()),
    count: Type.Optional(Type.String()),
    creation_time: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    revision: Type.Optional(Type.String()),
    steering: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

/** Fields of a consumer as they should be; null takes one away (RFC 7396). What comes of it is held to the schema above. */
export const patchConsumerSchema: TSchema = Type.Record(Type.String(), Type.Unknown());

/** A connection string as it is shown and sent back. */
export type ShownConnString =
  | { readonly kind: "reference"; readonly ref: string }
  | { readonly kind: "encrypted" }
  | { readonly kind: "clear" };

/** The body of POST and PUT after its schema. */
export interface ConsumerBody {
  /** Only of PUT, to be compared. */
  readonly id?: string;
  readonly name: string;
  readonly conn_string?: string | null | ShownConnString;
  readonly data_source?: string | null;
  readonly capture_schema?: string | null;
  readonly capture_table?: string | null;
  readonly topic?: string | null;
  readonly group?: string | null;
  readonly handler_func: string;
  readonly global_key?: readonly string[];
  readonly is_valid?: boolean;
  readonly configuration?: JsonObject;
}
