/** Headers that describe one connection or its framing; the host alone decides them. */
const hostOwned = new Set([
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const namePattern = /^[!#$%&'*+.^_`|~0-9a-z-]{1,256}$/;
/** Visible ASCII, spaces, tabs and Latin-1: everything that one header line can hold. */
const valuePattern = /^[\t\x20-\x7e\x80-\xff]*$/;
const HEADERS_MAX = 100;
const HEADER_BYTES_MAX = 16_384;

/** Headers as they may be sent, names and values in turn; or why not, in words that hold no value. */
export type CheckedHeaders =
  | { readonly headers: readonly string[] }
  | { readonly refusal: string; readonly isFaultOfCode: boolean };

/**
 * Checks what a handler wants to send. A header that steers the connection is a fault of the handler's code and the same
 * for every record; a value that no line can hold comes from one record. `content-length` is left out: it follows from
 * the body. `defaults`, the host's own, are added where the handler wrote nothing of that name. Pure.
 */
export function checkHeaders(
  wanted: { readonly [name: string]: string },
  defaults: { readonly [name: string]: string } = {},
): CheckedHeaders {
  const headers: string[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (const written of Object.keys(wanted)) {
    const name = written.toLowerCase();
    const value = wanted[written] ?? "";
    if (!namePattern.test(name)) return { refusal: "a header's name is not a token", isFaultOfCode: true };
    if (hostOwned.has(name))
      return { refusal: `the header ${name} belongs to the host`, isFaultOfCode: true };
    if (!valuePattern.test(value))
      return { refusal: `the value of ${name} is not one line`, isFaultOfCode: false };
    bytes += name.length + value.length;
    if (name === "content-length") continue;
    if (seen.has(name)) headers[headers.indexOf(name) + 1] = value;
    else headers.push(name, value);
    seen.add(name);
  }
  if (seen.size > HEADERS_MAX || bytes > HEADER_BYTES_MAX) {
    return { refusal: "the headers are too large", isFaultOfCode: false };
  }
  for (const name of Object.keys(defaults)) if (!seen.has(name)) headers.push(name, defaults[name] ?? "");
  return { headers };
}
