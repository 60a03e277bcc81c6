import { runtimeSettingNames } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";

const reasonLengthMax = 1_000;

/** Settings to change; null goes back to the default. Names and values are read by the model. */
export interface SettingsBody {
  readonly values: { readonly [name: string]: unknown };
  readonly reason?: string;
}

const wished = Type.Union([Type.Integer(), Type.Null()]);

export const settingsBodySchema: TSchema = Type.Object(
  {
    values: Type.Object(
      Object.fromEntries(runtimeSettingNames.map((name) => [name, Type.Optional(wished)])),
      {
        // A name that is not known is told with the nearest one.
        additionalProperties: wished,
        minProperties: 1,
        maxProperties: runtimeSettingNames.length,
      },
    ),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: reasonLengthMax })),
  },
  { additionalProperties: false },
);
