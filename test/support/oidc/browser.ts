/** As much of a browser as signing in takes: cookies by origin, and redirects. */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** Every address that was asked for. */
  readonly visited: string[] = [];

  /** Follows redirects, at most ten. */
  async open(
    address: string,
  ): Promise<{ readonly url: string; readonly status: number; readonly text: string }> {
    let url = address;
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await this.ask(url);
      const location = response.headers.get("location");
      if (location === null) return { url, status: response.status, text: await response.text() };
      url = new URL(location, url).href;
    }
    throw new Error("redirected without an end");
  }

  /** One request, with the cookies that its origin set. */
  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.#jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    this.visited.push(url);
    const headers = { ...(init.headers as object), ...(cookie === "" ? {} : { cookie }) };
    const response = await fetch(url, {
      ...init,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    for (const set of response.headers.getSetCookie()) this.#keep(jar, set);
    return response;
  }

  #keep(jar: Map<string, string>, set: string): void {
    const [pair = "", ...attributes] = set.split(";");
    const at = pair.indexOf("=");
    const isEnded = attributes.some((one) => /^ *expires=Thu, 01 Jan 1970/i.test(one));
    if (isEnded) jar.delete(pair.slice(0, at));
    else jar.set(pair.slice(0, at), pair.slice(at + 1));
  }

  #jarOf(url: string): Map<string, string> {
    const { origin } = new URL(url);
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, jar);
    return jar;
  }
}
