import { GluttonyError } from "@gluttony/model";
import type { HttpClient, HttpRequest } from "../http-json.ts";

/** How openid-client asks: a URL, and what to send. */
export type ProviderFetch = (
  url: string,
  options: {
    readonly body?: unknown;
    readonly headers?: unknown;
    readonly method?: string;
    readonly signal?: AbortSignal | null | undefined;
  },
) => Promise<Response>;

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Asks the provider by our own client: addresses checked and pinned, nothing redirected, answers bounded. Clear text goes to
 * this machine only. Throws `oidc.unreachable`, `oidc.provider_invalid`.
 */
export function providerFetch(http: HttpClient, timeoutMs: number): ProviderFetch {
  return async (url, { body, headers, method, signal }) => {
    const { protocol, hostname } = new URL(url);
    if (protocol !== "https:" && !loopback.test(hostname))
      throw new GluttonyError("oidc.provider_invalid", { seen: "an endpoint without TLS" });
    const answered = await http.request({
      url,
      method: method === "POST" ? "POST" : "GET",
      headers: sentHeaders(headers),
      timeoutMs,
      ...sentForm(body),
      ...(signal === undefined || signal === null ? {} : { signal }),
    });
    if ("fault" in answered)
      throw new GluttonyError("oidc.unreachable", { host: hostname, reason: answered.fault.reason });
    const { status, headers: got, text } = answered;
    if (status >= 500) throw new GluttonyError("oidc.unreachable", { host: hostname, status });
    const isEmpty = status === 204 || status === 304;
    return new Response(isEmpty ? null : text, { status, headers: got });
  };
}

function sentForm(body: unknown): Pick<HttpRequest, "form"> {
  return body instanceof URLSearchParams ? { form: body.toString() } : {};
}

function sentHeaders(headers: unknown): { readonly [name: string]: string } {
  return Object.fromEntries(new Headers(headers as ConstructorParameters<typeof Headers>[0]).entries());
}
