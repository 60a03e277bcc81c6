import { GluttonyError, toGluttonyError } from "@gluttony/model";

/** Translates what fastify throws about a request; everything else is one of ours or unexpected. */
export function requestErrorOf(thrown: unknown): GluttonyError {
  if (thrown instanceof GluttonyError) return thrown;
  const code = codeOf(thrown);
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return new GluttonyError("request.too_large");
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new GluttonyError("request.media_type_unsupported");
  if (code === "FST_ERR_NOT_FOUND") return new GluttonyError("request.not_found");
  if (code === "FST_ERR_VALIDATION") return new GluttonyError("request.invalid");
  if (isRequestFault(thrown))
    return new GluttonyError("request.invalid", { seen: seenOf(code) }, { cause: thrown });
  return toGluttonyError(thrown);
}

// Only fastify's own 4xx: a collaborator's error with a statusCode is not the caller's fault.
function isRequestFault(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const status: unknown = Reflect.get(thrown, "statusCode");
  const isFastifys = codeOf(thrown)?.startsWith("FST_ERR_") === true || thrown instanceof SyntaxError;
  return isFastifys && typeof status === "number" && status >= 400 && status < 500;
}

function seenOf(code: string | undefined): string {
  if (code === "FST_ERR_CTP_EMPTY_JSON_BODY") return "an empty body";
  if (code === "FST_ERR_BAD_URL") return "a malformed URL";
  return code === undefined || code === "FST_ERR_CTP_INVALID_JSON_BODY" ? "a body that is not JSON" : code;
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const code: unknown = Reflect.get(thrown, "code");
  return typeof code === "string" ? code : undefined;
}
