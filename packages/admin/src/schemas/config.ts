import { type TSchema, Type } from "@sinclair/typebox";
import { type ConfigDocument, documentVersion } from "../config/document.ts";
import { grants, userName } from "./access.ts";

/** Bytes of a document; some thousands of consumers. */
export const documentBytesMax: number = 8 * 1024 * 1024;
const objectsMax = 20_000;
const reasonLengthMax = 2_000;

const column = Type.Optional(Type.String({ minLength: 1, maxLength: 4_096 }));
const name = Type.String({ maxLength: 255 });
const release = Type.String({ minLength: 1, maxLength: 255 });

const consumer = Type.Object(
  {
    handler_func: Type.String({ minLength: 1, maxLength: 1_024 }),
    is_valid: Type.Boolean(),
    data_source: column,
    conn_string: Type.Optional(
      Type.Union([
        Type.String({ minLength: 1, maxLength: 4_096 }),
        Type.Object({ set: Type.Literal(true) }, { additionalProperties: false }),
      ]),
    ),
    capture_schema: column,
    capture_table: column,
    topic: column,
    group: column,
    global_key: Type.Array(Type.String({ maxLength: 255 }), { maxItems: 64 }),
    configuration: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
);

const plugin = Type.Object(
  {
    active: Type.Array(release, { maxItems: 1_000 }),
    pins: Type.Record(name, release, { maxProperties: objectsMax }),
  },
  { additionalProperties: false },
);

const user = Type.Object({ grants, isDisabled: Type.Boolean() }, { additionalProperties: false });

const document = Type.Object(
  {
    version: Type.Literal(documentVersion),
    consumers: Type.Optional(Type.Record(name, consumer, { maxProperties: objectsMax })),
    plugins: Type.Optional(Type.Record(name, plugin, { maxProperties: objectsMax })),
    users: Type.Optional(
      Type.Record(userName, user, { maxProperties: objectsMax, additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

const prune = Type.Optional(Type.Boolean());

/** A document to be compared with what is stored. */
export interface PlanConfigBody {
  readonly document: ConfigDocument;
  /** Also delete what the document does not name, within the sections that it has. */
  readonly prune?: boolean;
}

export const planConfigSchema: TSchema = Type.Object({ document, prune }, { additionalProperties: false });

/** The same document, and the hash of its plan. */
export interface ApplyConfigBody extends PlanConfigBody {
  readonly hash?: string;
  readonly reason?: string;
}

// Without a hash the body is well formed, and the refusal says what is missing.
export const applyConfigSchema: TSchema = Type.Object(
  {
    document,
    prune,
    hash: Type.Optional(Type.String({ maxLength: 128 })),
    reason: Type.Optional(Type.String({ maxLength: reasonLengthMax })),
  },
  { additionalProperties: false },
);
