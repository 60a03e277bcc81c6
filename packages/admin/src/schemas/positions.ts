import { type TSchema, Type } from "@sinclair/typebox";
import type { PositionPlan, PositionTarget } from "../positions/plan.ts";

const reason = Type.Optional(Type.String({ maxLength: 2_000 }));

/** Where to read from: an end of the log, or an offset as text, since JSON's numbers cannot hold each. */
export interface MoveBody {
  readonly to: string;
  readonly reason?: string;
}

export const moveSchema: TSchema = Type.Object(
  { to: Type.String({ pattern: "^(earliest|latest|[0-9]{1,19})$" }), reason },
  { additionalProperties: false },
);

/** The partition in the path. */
export const partitionParamsSchema: TSchema = Type.Object({
  id: Type.String(),
  partition: Type.String({ pattern: "^[0-9]{1,9}$" }),
});

export interface ClearBody {
  readonly reason?: string;
}

export const clearSchema: TSchema = Type.Object({ reason }, { additionalProperties: false });

const offset = Type.String({ pattern: "^[0-9]{1,18}$" });
const partitionNumber = Type.Integer({ minimum: 0, maximum: 1_000_000 });

/** Where to read from, and which partitions; all, or those that the target names, where they are left out. */
export interface PlanRequest {
  readonly to: PositionTarget;
  readonly partitions?: readonly number[];
}

const target = Type.Union([
  Type.Object({ kind: Type.Literal("earliest") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("latest") }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal("time"), time: Type.String({ format: "date-time" }) },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal("shift"), by: Type.String({ pattern: "^-?[0-9]{1,18}$" }) },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      kind: Type.Literal("offsets"),
      offsets: Type.Record(Type.String({ pattern: "^[0-9]{1,7}$" }), offset, {
        minProperties: 1,
        additionalProperties: false,
      }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal("snapshot"), id: Type.String({ pattern: "^[0-9]{1,20}$" }) },
    { additionalProperties: false },
  ),
]);

export const planSchema: TSchema = Type.Object(
  { to: target, partitions: Type.Optional(Type.Array(partitionNumber, { minItems: 1, maxItems: 10_000 })) },
  { additionalProperties: false },
);

/** A plan as it was shown, sent back, and why it is to be done. */
export interface ApplyRequest {
  readonly plan: PlanBody;
  readonly reason?: string;
}
export type PlanBody = PositionPlan;

const anyOffset = Type.String({ pattern: "^[0-9]{1,19}$" });

export const applySchema: TSchema = Type.Object(
  {
    plan: Type.Object(
      {
        consumerId: Type.String({ maxLength: 255 }),
        revision: anyOffset,
        topic: Type.String({ maxLength: 249 }),
        topicId: Type.String({ maxLength: 64 }),
        partitions: Type.Array(
          Type.Object(
            {
              partition: partitionNumber,
              from: Type.Union([offset, Type.Null()]),
              to: offset,
              logStart: anyOffset,
              logEnd: anyOffset,
              rereads: anyOffset,
              skips: anyOffset,
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: 10_000 },
        ),
        rereads: anyOffset,
        skips: anyOffset,
        warnings: Type.Array(Type.Unknown()),
        expiresAt: Type.String({ format: "date-time" }),
        hash: Type.String({ pattern: "^[0-9a-f]{32}$" }),
      },
      { additionalProperties: false },
    ),
    reason,
  },
  { additionalProperties: false },
);
