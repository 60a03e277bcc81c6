import { type TSchema, Type } from "@sinclair/typebox";
import type { ChangesQuery } from "../changes/find-changes.ts";
import type { TopicWish } from "../changes/topics-in-reach.ts";

/** Characters of a key that is looked for. */
const keyLengthMax = 1_000;
/** Records that one reveal may name. */
const revealedMax = 20;
const cursorLengthMax = 200;

const topic = Type.String({ minLength: 1, maxLength: 249 });
const internal = Type.Union([Type.Literal("true"), Type.Literal("false")]);

/** What is searched for, in a query or in a body. */
export interface ChangesWish extends TopicWish, ChangesQuery {
  /** Whether internal topics may be looked at, too. */
  readonly internal?: "true" | "false";
}

export const changesSchema: TSchema = Type.Object(
  {
    topic: Type.Optional(topic),
    table: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })),
    key: Type.Optional(Type.String({ minLength: 1, maxLength: keyLengthMax })),
    partition: Type.Optional(Type.String({ pattern: "^(all|[0-9]{1,7})$" })),
    from: Type.Optional(Type.String({ format: "date-time" })),
    to: Type.Optional(Type.String({ format: "date-time" })),
    limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: cursorLengthMax * 4 })),
    internal: Type.Optional(internal),
  },
  { additionalProperties: false },
);

export const topicsQuerySchema: TSchema = Type.Object(
  { internal: Type.Optional(internal) },
  { additionalProperties: false },
);

/** A record's place in a path. */
export interface PlaceParams {
  readonly topic: string;
  readonly partition: string;
  readonly offset: string;
}

export const placeParamsSchema: TSchema = Type.Object({
  topic: Type.String({ maxLength: 249 }),
  partition: Type.String({ pattern: "^[0-9]{1,7}$" }),
  offset: Type.String({ pattern: "^[0-9]{1,18}$" }),
});

export const placeQuerySchema: TSchema = Type.Object(
  { reveal: Type.Optional(Type.String({ pattern: "^[0-9a-f-]{36}$" })) },
  { additionalProperties: false },
);

/** Which records are to be shown as they are, and why. */
export interface RevealBody {
  readonly records: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
  }[];
  readonly reason: string;
}

export const revealSchema: TSchema = Type.Object(
  {
    records: Type.Array(
      Type.Object(
        {
          topic,
          partition: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
          offset: Type.String({ pattern: "^[0-9]{1,18}$" }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: revealedMax },
    ),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);

/** What a masking rule is to be. */
export interface MaskingRuleBody {
  readonly tables: string;
  readonly columns: string;
  readonly effect: "show" | "mask";
  readonly reason: string;
}

const pattern = Type.String({ minLength: 1, maxLength: 200, pattern: "^[^\\u0000-\\u001f\\u007f]+$" });

export const maskingRuleSchema: TSchema = Type.Object(
  {
    tables: pattern,
    columns: pattern,
    effect: Type.Union([Type.Literal("show"), Type.Literal("mask")]),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);

export const ruleParamsSchema: TSchema = Type.Object({
  name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }),
});
