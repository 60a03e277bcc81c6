import { codes } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import type { FastifyInstance } from "fastify";
import { count, exactly, listOf, maybe, oneOf, text } from "./forms.ts";

const code = Type.Unsafe({ $ref: "Code#" });

/** What every refusal and failure is answered with (RFC 9457), field by field. */
export const problemFields: { readonly [name: string]: TSchema } = {
  type: text,
  title: text,
  status: count,
  detail: text,
  instance: text,
  code,
  requestId: text,
  remedy: text,
  errors: listOf(
    exactly({
      in: maybe(oneOf(["query", "path", "headers"])),
      pointer: text,
      code,
      message: text,
      suggestion: maybe(text),
    }),
  ),
};

/** The problem, by its name. */
export const problemAnswer: TSchema = Type.Unsafe({ $ref: "Problem#" });

/** Makes the names known that answers refer to. */
export function nameAnswers(app: FastifyInstance): void {
  app.addSchema({ $id: "Code", ...oneOf(Object.keys(codes).toSorted()) });
  app.addSchema({ $id: "Problem", ...exactly(problemFields) });
}
