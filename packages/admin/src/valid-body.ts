import type { FastifyRequest } from "fastify";
import { type ConsumerBody, replaceConsumerSchema } from "./schemas/consumers.ts";

/** One object for all calls: compiled schemas are kept by it. */
const wholeSchema: { readonly [keyword: string]: unknown } = { ...replaceConsumerSchema };

/** A whole consumer that was put together here, held to the schema of a PUT; refused with the same faults. */
export function validBody(request: FastifyRequest, body: unknown): ConsumerBody {
  const validate = request.compileValidationSchema(wholeSchema, "body");
  if (validate(body) === true) return body as ConsumerBody;
  throw Object.assign(new Error("the body does not fit its schema"), {
    code: "FST_ERR_VALIDATION",
    validation: validate.errors ?? [],
    validationContext: "body",
  });
}
