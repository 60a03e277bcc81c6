import { runtimeSettingNames } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";

const reasonLengthMax = 1_000;

/** Settings to change; null goes back to the default. Names and values are read by the model. */
export interface SettingsBody {
  readonly values: { readonly [name: string]: unknown };
  readonly reason?: string;
}

export const settingsBodySchema: TSchema = Type.Object(
  {
    values: Type.Record(Type.String({ maxLength: 64 }), Type.Union([Type.Integer(), Type.Null()]), {
      minProperties: 1,
      maxProperties: runtimeSettingNames.length,
    }),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: reasonLengthMax })),
  },
  { additionalProperties: false },
);
