import { type TSchema, Type } from "@sinclair/typebox";

/** Characters of a secret; a key in PEM has a few thousand. */
const valueLengthMax = 16_384;

/** A secret as it should be; what a GET shows and nobody may write is taken back unread. */
export interface PutSecretBody {
  readonly value?: string | null;
}

export const putSecretSchema: TSchema = Type.Object(
  {
    value: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: valueLengthMax }), Type.Null()])),
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    set: Type.Optional(Type.Boolean()),
    ref: Type.Optional(Type.String()),
    fingerprint: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    keyId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    revision: Type.Optional(Type.String()),
    createdAt: Type.Optional(Type.String()),
    createdBy: Type.Optional(Type.String()),
    rotatedAt: Type.Optional(Type.String()),
    rotatedBy: Type.Optional(Type.String()),
    usedBy: Type.Optional(Type.Array(Type.Unknown())),
  },
  { additionalProperties: false },
);
