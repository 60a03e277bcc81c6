import type { Grant } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import type { OwnWords } from "../own-ports.ts";
import { grants, userName } from "./access.ts";

/** Days of a person's own token at most: it may outlive what the identity provider says of them. */
export const ownTokenDaysMax = 90;

/** What a person changes of themselves; what is left out stays, and null takes it away. */
export type MeBody = Partial<OwnWords>;

export const meBodySchema: TSchema = Type.Object(
  {
    displayName: Type.Optional(
      Type.Union([
        Type.String({ minLength: 1, maxLength: 128, pattern: "^[^\\u0000-\\u001f\\u007f]+$" }),
        Type.Null(),
      ]),
    ),
    language: Type.Optional(Type.Union([Type.Literal("en"), Type.Literal("zh-CN"), Type.Null()])),
    timeZone: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1 },
);

/** A token of one's own; without roles it opens all that one may do. */
export interface OwnTokenBody {
  readonly name: string;
  readonly grants?: readonly Grant[];
  readonly expiresInDays: number;
}

export const ownTokenSchema: TSchema = Type.Object(
  {
    name: userName,
    grants: Type.Optional(grants),
    expiresInDays: Type.Integer({ minimum: 1, maximum: ownTokenDaysMax }),
  },
  { additionalProperties: false },
);
