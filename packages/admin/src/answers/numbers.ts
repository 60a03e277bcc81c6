import { type TSchema, Type } from "@sinclair/typebox";

/** A number that may have a fraction. */
export const number: TSchema = Type.Number();
