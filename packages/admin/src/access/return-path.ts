import { GluttonyError } from "@gluttony/model";

const pathLengthMax = 1_024;

/** Where a browser goes after signing in: a path of this site, and never another one. Pure. Throws `request.invalid`. */
export function returnPathOf(written: string | undefined, publicUrl: string): string {
  const base = new URL(publicUrl);
  const wanted = written ?? `${base.pathname.replace(/\/$/, "")}/api/v1/me`;
  // What a browser takes for a host is told by the same rules that it follows.
  const parsed = URL.canParse(wanted, base.href) ? new URL(wanted, base) : null;
  const isOurs = wanted.startsWith("/") && parsed?.origin === base.origin && wanted.length <= pathLengthMax;
  if (isOurs) return parsed.pathname + parsed.search + parsed.hash;
  const fault = { path: "/return", message: "Must be a path of this site.", suggestion: "/api/v1/me" };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}

/**
 * A page that goes there by itself. A redirect would still be the provider's doing, and the browser would keep the session's
 * cookie back. Runs no script. Pure.
 */
export function returnPage(path: string): string {
  const url = path.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}"><title>gluttony</title><p><a href="${url}">Signed in.</a></p></html>\n`;
}
