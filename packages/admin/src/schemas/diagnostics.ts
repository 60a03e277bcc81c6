import { type TSchema, Type } from "@sinclair/typebox";

/** Why a bundle is asked for; the audit keeps it. */
export interface BundleBody {
  readonly reason?: string;
}

export const bundleSchema: TSchema = Type.Object(
  { reason: Type.Optional(Type.String({ maxLength: 2_000 })) },
  { additionalProperties: false },
);
