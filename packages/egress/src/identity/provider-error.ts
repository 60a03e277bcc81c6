import { type Code, type Facts, GluttonyError } from "@gluttony/model";
import { AuthorizationResponseError, ResponseBodyError, WWWAuthenticateChallengeError } from "openid-client";

/** Words of the standards (RFC 6749, OpenID Connect Core 3.1.2.6); any other is the provider's own, and may say anything. */
const standardWords: ReadonlySet<string> = new Set([
  "access_denied",
  "account_selection_required",
  "consent_required",
  "interaction_required",
  "invalid_client",
  "invalid_grant",
  "invalid_request",
  "invalid_scope",
  "login_required",
  "server_error",
  "temporarily_unavailable",
  "unauthorized_client",
  "unsupported_response_type",
]);
const clientWords: ReadonlySet<string> = new Set(["invalid_client", "unauthorized_client"]);
/** Causes that are followed into each other. */
const depthMax = 5;

/**
 * What openid-client threw, as ours. It carries whole answers and tokens in its causes; of them only words of a closed list
 * are told on, and none is kept as the cause.
 */
export function providerError(thrown: unknown): GluttonyError {
  const causes = causesOf(thrown);
  const own = causes.find((one) => one instanceof GluttonyError);
  if (own instanceof GluttonyError) return own;
  if (thrown instanceof AuthorizationResponseError)
    return fault("oidc.denied", { error: word(thrown.error) });
  if (thrown instanceof WWWAuthenticateChallengeError) return fault("oidc.client_refused", {});
  if (thrown instanceof ResponseBodyError) {
    const code = clientWords.has(thrown.error) ? "oidc.client_refused" : "oidc.answer_invalid";
    return fault(code, { error: word(thrown.error) });
  }
  return ofCode(textOf(thrown, "code"), causes);
}

function ofCode(code: string, causes: readonly object[]): GluttonyError {
  switch (code) {
    case "OAUTH_TIMEOUT":
    case "OAUTH_ABORT":
      return fault("oidc.unreachable", { reason: "timeout" });
    case "OAUTH_RESPONSE_IS_NOT_CONFORM":
    case "OAUTH_RESPONSE_IS_NOT_JSON":
    case "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED":
    case "OAUTH_MISSING_SERVER_METADATA":
    case "OAUTH_INVALID_SERVER_METADATA":
    case "OAUTH_HTTP_REQUEST_FORBIDDEN":
    case "OAUTH_PARSE_ERROR":
      return fault("oidc.provider_invalid", { seen: code });
    case "OAUTH_KEY_SELECTION_FAILED":
      return fault("oidc.token_invalid", { check: "key" });
    default:
      return causes.some((one) => "parameters" in one)
        ? fault("oidc.answer_invalid", {})
        : fault("oidc.token_invalid", { check: checkOf(causes) });
  }
}

/** What of the token did not hold, by the parts that the library names; never their values. */
function checkOf(causes: readonly object[]): string {
  const claim = causes.map((one) => textOf(one, "claim")).find((name) => /^[a-z_]{1,16}$/.test(name));
  if (claim !== undefined) return claim;
  if (causes.some((one) => "signature" in one)) return "signature";
  return causes.some((one) => "header" in one) ? "alg" : "form";
}

function causesOf(thrown: unknown): readonly object[] {
  const causes: object[] = [];
  let one = thrown;
  while (typeof one === "object" && one !== null && causes.length < depthMax) {
    causes.push(one);
    one = Reflect.get(one, "cause");
  }
  return causes;
}

function word(written: string): string {
  return standardWords.has(written) ? written : "other";
}

function textOf(one: unknown, name: string): string {
  const value: unknown = typeof one === "object" && one !== null ? Reflect.get(one, name) : undefined;
  return typeof value === "string" ? value : "";
}

function fault(code: Code, facts: Facts): GluttonyError {
  return new GluttonyError(code, facts);
}
