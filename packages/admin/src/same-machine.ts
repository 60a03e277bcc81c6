import { GluttonyError } from "@gluttony/model";
import { isLoopbackName } from "./settings.ts";

/** The headers that tell whether a browser was led here by a foreign page. */
export interface BrowserHeaders {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
  readonly "sec-fetch-site"?: string | string[] | undefined;
}

const readingMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Guards an API without a token. A page whose name was re-bound to 127.0.0.1 gives itself away by the Host
 * header; a page of another site that posts here gives itself away by Origin or Sec-Fetch-Site. A proxy that people
 * sign in through asks by its own name, which the deployer gave. Throws `request.forbidden`.
 */
export function checkSameMachine(method: string, headers: BrowserHeaders, publicUrl?: string): void {
  if (publicUrl !== undefined && headers.host?.toLowerCase() === new URL(publicUrl).host)
    return checkSameSite(method, headers);
  if (!isLoopbackName(nameOf(headers.host))) refuse("a Host header that is not a loopback name");
  checkSameSite(method, headers, ["http"]);
}

/**
 * Refuses a write that a page of another site asks for. A proxy before the API may have spoken TLS with the browser.
 * Throws `request.forbidden`.
 */
export function checkSameSite(
  method: string,
  headers: BrowserHeaders,
  schemes: readonly string[] = ["http", "https"],
): void {
  if (readingMethods.has(method)) return;
  if (headers.origin !== undefined && !isSameOrigin(headers.origin, headers.host, schemes))
    refuse("a foreign Origin");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") refuse("a foreign Sec-Fetch-Site");
}

function refuse(seen: string): never {
  throw new GluttonyError("request.forbidden", { seen });
}

function nameOf(host: string | undefined): string {
  return (host ?? "").replace(/:\d+$/, "");
}

function isSameOrigin(origin: string, host: string | undefined, schemes: readonly string[]): boolean {
  return schemes.some((scheme) => origin.toLowerCase() === `${scheme}://${(host ?? "").toLowerCase()}`);
}
