import { isHostRefused } from "./address-policy.ts";

/** An address of a target, taken apart. */
export interface CheckedAddress {
  readonly origin: string;
  readonly pathAndQuery: string;
  /** Whether the host is written as an address that is refused. */
  readonly isRefused: boolean;
}

/** Addresses and lists of origins that are remembered; most calls of a plugin go to the same few. */
const rememberedMax = 256;
const rememberedCharactersMax = 1_024;

/** Takes addresses apart, and remembers the last ones: parsing one costs as much as writing the request. */
export class Addresses {
  readonly #known = new Map<string, CheckedAddress>();
  readonly #grants = new WeakMap<readonly string[], ReadonlySet<string>>();

  /** Null when the text is no http or https URL, or holds a user. */
  of(text: string): CheckedAddress | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const url = parseUrl(text);
    if (url === null) return null;
    const { origin, pathname, search, hostname } = url;
    const address = { origin, pathAndQuery: `${pathname}${search}`, isRefused: isHostRefused(hostname) };
    if (text.length > rememberedCharactersMax) return address;
    if (this.#known.size >= rememberedMax) this.#known.clear();
    this.#known.set(text, address);
    return address;
  }

  /** Whether an origin is in a list of granted ones, compared in their normal form. */
  isGranted(origin: string, grantedOrigins: readonly string[]): boolean {
    let granted = this.#grants.get(grantedOrigins);
    if (granted === undefined) {
      granted = new Set(grantedOrigins.flatMap((text) => parseUrl(text)?.origin ?? []));
      this.#grants.set(grantedOrigins, granted);
    }
    return granted.has(origin);
  }
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.username === "" && url.password === "" ? url : null;
}
