import { type TSchema, Type } from "@sinclair/typebox";

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
