import { type Grant, roleNames } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import { passwordLength } from "../access/password.ts";

const grantsMax = 32;
/** Days of a token at most. */
export const tokenDaysMax = 366;

/** A name to sign in with. */
export const userName: TSchema = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: "^[A-Za-z0-9\\u0080-\\uffff][^\\u0000-\\u001f]*$",
});
const password = Type.String({ minLength: passwordLength.min, maxLength: passwordLength.max });
const scope = Type.Record(Type.String({ maxLength: 63 }), Type.String({ minLength: 1, maxLength: 128 }), {
  minProperties: 1,
  maxProperties: grantsMax,
});
const grant = Type.Object(
  { role: Type.Union(roleNames.map((role) => Type.Literal(role))), scope: Type.Union([scope, Type.Null()]) },
  { additionalProperties: false },
);
/** Roles, each with what it is limited to. */
export const grants: TSchema = Type.Array(grant, { maxItems: grantsMax });

/** Name and password. */
export interface SignInBody {
  readonly name: string;
  readonly password: string;
}

// The password's length is not looked at here: a wrong one is told as any other wrong one.
export const signInSchema: TSchema = Type.Object(
  { name: Type.String({ maxLength: 128 }), password: Type.String({ maxLength: passwordLength.max }) },
  { additionalProperties: false },
);

/** The one-time token, and whom it makes. */
export interface BootstrapBody extends SignInBody {
  readonly token: string;
}

export const bootstrapSchema: TSchema = Type.Object(
  { token: Type.String({ maxLength: 128 }), name: userName, password },
  { additionalProperties: false },
);

/** A person to be made. */
export interface CreateUserBody {
  readonly name: string;
  readonly password?: string;
  readonly grants: readonly Grant[];
  readonly isDisabled?: boolean;
}

export const createUserSchema: TSchema = Type.Object(
  { name: userName, password: Type.Optional(password), grants, isDisabled: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

/** A person as they should be; what a GET shows and nobody may write is taken back unread. */
export interface ReplaceUserBody {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly isDisabled: boolean;
}

export const replaceUserSchema: TSchema = Type.Object(
  {
    name: userName,
    grants,
    isDisabled: Type.Boolean(),
    id: Type.Optional(Type.String()),
    hasPassword: Type.Optional(Type.Boolean()),
    isFromProvider: Type.Optional(Type.Boolean()),
    createdAt: Type.Optional(Type.String()),
    createdBy: Type.Optional(Type.String()),
    revision: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

/** A new password; whoever changes their own shows the old one. */
export interface PasswordBody {
  readonly password: string;
  readonly current?: string;
}

export const passwordSchema: TSchema = Type.Object(
  { password, current: Type.Optional(Type.String({ maxLength: passwordLength.max })) },
  { additionalProperties: false },
);

/** A token to be made. */
export interface CreateTokenBody {
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly expiresInDays: number;
}

export const createTokenSchema: TSchema = Type.Object(
  { name: userName, grants, expiresInDays: Type.Integer({ minimum: 1, maximum: tokenDaysMax }) },
  { additionalProperties: false },
);

const word = Type.Optional(Type.String({ minLength: 1, maxLength: 255 }));
const time = Type.Optional(Type.String({ format: "date-time" }));

/** What narrows the audit. */
export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly targetKind?: string;
  readonly targetId?: string;
  readonly from?: string;
  readonly to?: string;
}

const auditFilter = { actor: word, action: word, targetKind: word, targetId: word, from: time, to: time };

export const auditQuerySchema: TSchema = Type.Object(
  {
    ...auditFilter,
    limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
    cursor: Type.Optional(Type.String({ pattern: "^[0-9]{1,19}$" })),
  },
  { additionalProperties: false },
);

export const auditExportSchema: TSchema = Type.Object(auditFilter, { additionalProperties: false });
