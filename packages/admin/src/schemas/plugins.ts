import { type TSchema, Type } from "@sinclair/typebox";

const reason = Type.Optional(Type.String({ maxLength: 500 }));
const version = Type.String({ minLength: 1, maxLength: 256 });

/**
 * A package to install, from a registry that the host's policy names, and the origins that are granted to it. Where secrets lie is
 * said by a command alone: over the wire a reference would lay open any file of the host.
 */
export interface InstallBody {
  readonly source: string;
  readonly registry?: string;
  readonly grantNet?: readonly string[];
  /** Whether it serves at once; true when it is left out. */
  readonly activates?: boolean;
  readonly reason?: string;
}

export const installSchema: TSchema = Type.Object(
  {
    source: Type.String({ minLength: 1, maxLength: 512 }),
    registry: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    grantNet: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { maxItems: 50 })),
    activates: Type.Optional(Type.Boolean()),
    reason,
  },
  { additionalProperties: false },
);

/** Why something is done; nothing else is to be said. */
export interface ReasonBody {
  readonly reason?: string;
}

export const reasonSchema: TSchema = Type.Object({ reason }, { additionalProperties: false });

/** Which release, and why. */
export interface VersionBody extends ReasonBody {
  readonly version: string;
}

export const versionSchema: TSchema = Type.Object({ version, reason }, { additionalProperties: false });

/** Which release an upgrade would lead to. */
export const planUpgradeSchema: TSchema = Type.Object({ version }, { additionalProperties: false });

/** The plan that was shown: its version, its end and its hash. */
export interface ApplyUpgradeBody extends VersionBody {
  readonly expiresAt: string;
  readonly hash: string;
}

export const applyUpgradeSchema: TSchema = Type.Object(
  {
    version,
    expiresAt: Type.String({ format: "date-time" }),
    hash: Type.String({ pattern: "^[0-9a-f]{32}$" }),
    reason,
  },
  { additionalProperties: false },
);

/** Of which handler; of the only one when it is left out. */
export const ofHandlerQuerySchema: TSchema = Type.Object(
  { handler: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) },
  { additionalProperties: false },
);

/** Why a release is removed. */
export const reasonQuerySchema: TSchema = Type.Object({ reason }, { additionalProperties: false });
