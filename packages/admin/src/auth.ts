import { createHash, timingSafeEqual } from "node:crypto";
import { GluttonyError } from "@gluttony/model";

/** Checks `Authorization: Bearer`; throws `request.unauthorized`. Takes the same time for any wrong token. */
export function checkToken(header: string | undefined, token: string): void {
  const given = /^bearer +(\S+)$/i.exec(header ?? "")?.[1];
  if (given === undefined) throw new GluttonyError("request.unauthorized", { seen: "no bearer token" });
  if (!isSameSecret(given, token)) throw new GluttonyError("request.unauthorized", { seen: "a wrong token" });
}

// Digests have one length, which timingSafeEqual demands and which hides the token's own.
function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
