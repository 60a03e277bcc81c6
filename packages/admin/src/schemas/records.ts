import { type TSchema, Type } from "@sinclair/typebox";
import { outcomeNames } from "../record-ports.ts";
import type { RecordsWish } from "../records/find-records.ts";
import { operationsByLetter, type RecordsFilter } from "../records/wish.ts";
import type { LiveWish } from "../live/live-stream.ts";
import { changesSchema } from "./changes.ts";

/** Some of the words, separated by commas. */
function someOf(words: readonly string[]): TSchema {
  const one = `(${words.join("|")})`;
  return Type.String({ pattern: `^${one}(,${one}){0,${words.length - 1}}$` });
}

/** Characters of a place of as many partitions as one can have. */
const afterLengthMax = 10_000;

const offset = Type.String({ pattern: "^[0-9]{1,18}$" });

/** Which records of a consumer are wanted, in a query or in a body. */
export const recordFilterFields: { readonly [name in keyof RecordsFilter]-?: TSchema } = {
  op: Type.Optional(someOf(Object.keys(operationsByLetter))),
  outcome: Type.Optional(someOf(outcomeNames)),
};

const { key, partition, from, to, limit, cursor } = changesSchema["properties"] as {
  readonly [name: string]: TSchema;
};

export const recordsSchema: TSchema = Type.Object(
  {
    key,
    partition,
    from,
    to,
    limit,
    cursor,
    fromOffset: Type.Optional(offset),
    toOffset: Type.Optional(offset),
    ...recordFilterFields,
  } as { readonly [name in keyof RecordsWish]-?: TSchema },
  { additionalProperties: false },
);

export const liveSchema: TSchema = Type.Object(
  {
    key,
    partition: Type.Optional(Type.String({ pattern: "^[0-9]{1,7}$" })),
    after: Type.Optional(Type.String({ minLength: 1, maxLength: afterLengthMax })),
    ...recordFilterFields,
  } as { readonly [name in keyof LiveWish]-?: TSchema },
  { additionalProperties: false },
);
