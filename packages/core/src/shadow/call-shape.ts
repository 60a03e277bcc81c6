/** One call to a target, without its body and without anything that may tell of a person. */
export interface ShapedCall {
  readonly method: string;
  readonly origin: string;
  /** The path with `*` for every segment that is no plain word; never a query. */
  readonly path: string;
}

/** A version, or a word of letters as routes have them; whatever else stands in a path may be a key or a name. */
const wordPattern = /^(?:v\d{1,2}|[a-z][a-z_-]{0,31})$/;

/** The shape of a call; an address that cannot be read has none, and is only told apart from others by that. */
export function shapeOf(method: string, url: string): ShapedCall {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null) return { method: method.toUpperCase(), origin: "?", path: "?" };
  const path = parsed.pathname
    .split("/")
    .map((segment) => (segment === "" || wordPattern.test(segment) ? segment : "*"))
    .join("/");
  return { method: method.toUpperCase(), origin: parsed.origin, path };
}
