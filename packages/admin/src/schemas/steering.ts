import { type TSchema, Type } from "@sinclair/typebox";

/** Why a consumer is started, paused, resumed, stopped or restarted; and until when it is paused. */
export interface SteeringBody {
  readonly reason?: string;
  readonly until?: string;
}

const reason = Type.Optional(Type.String({ maxLength: 2_000 }));

export const steeringSchema: TSchema = Type.Object({ reason }, { additionalProperties: false });

export const pauseSchema: TSchema = Type.Object(
  { reason, until: Type.Optional(Type.String({ format: "date-time" })) },
  { additionalProperties: false },
);
