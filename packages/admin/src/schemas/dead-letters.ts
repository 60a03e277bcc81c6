import { type TSchema, Type } from "@sinclair/typebox";

/** Letters that one request may name. */
const idsMax = 1_000;

const reason = Type.Optional(Type.String({ maxLength: 2_000 }));

const selection = {
  ids: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: idsMax }),
  ),
  consumer: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  failureCode: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  partition: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000_000 })),
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
  parkedBefore: Type.Optional(Type.String({ format: "date-time" })),
  parkedAfter: Type.Optional(Type.String({ format: "date-time" })),
};

/** Which letters: `ids`, or a consumer and what narrows it. */
export interface SelectionBody {
  readonly ids?: readonly string[];
  readonly consumer?: string;
  readonly failureCode?: string;
  readonly partition?: number;
  readonly subject?: string;
  readonly parkedBefore?: string;
  readonly parkedAfter?: string;
}

const plan = Type.Optional(
  Type.Object(
    {
      expiresAt: Type.String({ format: "date-time" }),
      hash: Type.String({ pattern: "^[0-9a-f]{32}$" }),
    },
    { additionalProperties: false },
  ),
);

/** A plan that was shown: only exactly its letters are taken. */
interface Planned {
  readonly plan?: { readonly expiresAt: string; readonly hash: string };
}

/** Which letters a replay would take. */
export interface PlanReplayBody extends SelectionBody {
  readonly force?: boolean;
}

export const planReplaySchema: TSchema = Type.Object(
  { ...selection, force: Type.Optional(Type.Boolean()) },
  { additionalProperties: false },
);

export const planDiscardSchema: TSchema = Type.Object(selection, { additionalProperties: false });

/** A note on one letter; null takes it away. */
export interface NoteBody {
  readonly note: string | null;
}

export const noteSchema: TSchema = Type.Object(
  { note: Type.Union([Type.String({ maxLength: 2_000 }), Type.Null()]) },
  { additionalProperties: false },
);

/** A wish to run letters again. */
export interface ReplayBody extends SelectionBody, Planned {
  readonly reason?: string;
  readonly perSecondMax?: number;
  readonly failuresMax?: number;
  readonly force?: boolean;
}

export const replaySchema: TSchema = Type.Object(
  {
    ...selection,
    reason,
    perSecondMax: Type.Optional(Type.Number({ minimum: 0.01, maximum: 10_000 })),
    failuresMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    force: Type.Optional(Type.Boolean()),
    plan,
  },
  { additionalProperties: false },
);

/** A wish to give letters up. A missing reason is refused by the store, with a word of its own. */
export interface DiscardBody extends SelectionBody, Planned {
  readonly reason?: string;
}

export const discardSchema: TSchema = Type.Object(
  { ...selection, reason, plan },
  { additionalProperties: false },
);

export const restoreSchema: TSchema = Type.Object(selection, { additionalProperties: false });
