import { type TSchema, Type } from "@sinclair/typebox";

/** Which record, or which key. A key goes in a body: paths and queries end in logs. */
export type ExplainBody = { readonly partition: number; readonly offset: string } | { readonly key: string };

export const explainSchema: TSchema = Type.Union([
  Type.Object(
    {
      partition: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
      offset: Type.String({ pattern: "^[0-9]{1,19}$" }),
    },
    { additionalProperties: false },
  ),
  Type.Object({ key: Type.String({ minLength: 1, maxLength: 4_096 }) }, { additionalProperties: false }),
]);
