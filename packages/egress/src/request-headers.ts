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

/** Headers as they may be sent, or why not, in words that hold no value. */
export type CheckedHeaders =
  | { readonly headers: { readonly [name: string]: string } }
  | { readonly refusal: string; readonly isFaultOfCode: boolean };

/**
 * Checks what a handler wants to send. A header that steers the connection is a fault of the handler's code and the same
 * for every record; a value that no line can hold comes from one record. `content-length` is left out: it follows from
 * the body. Pure.
 */
export function checkHeaders(wanted: { readonly [name: string]: string }): CheckedHeaders {
  const headers = new Map<string, string>();
  let bytes = 0;
  for (const [written, value] of Object.entries(wanted)) {
    const name = written.toLowerCase();
    if (!namePattern.test(name)) return { refusal: "a header's name is not a token", isFaultOfCode: true };
    if (hostOwned.has(name))
      return { refusal: `the header ${name} belongs to the host`, isFaultOfCode: true };
    if (!valuePattern.test(value))
      return { refusal: `the value of ${name} is not one line`, isFaultOfCode: false };
    bytes += name.length + value.length;
    if (name !== "content-length") headers.set(name, value);
  }
  if (headers.size > HEADERS_MAX || bytes > HEADER_BYTES_MAX) {
    return { refusal: "the headers are too large", isFaultOfCode: false };
  }
  return { headers: Object.fromEntries(headers) };
}
