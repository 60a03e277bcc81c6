import { SpanKind } from "@opentelemetry/api";
import type { CurrentSpan } from "./current-span.ts";
import { answerWords, callWords, connectRoute, routeWords } from "./span-words.ts";
import type { Spans } from "./spans.ts";

/** A client for requests of our own, as far as it is followed. */
export interface FollowedClient {
  request(request: {
    readonly url: string;
    readonly method: string;
  }): Promise<{ readonly status: number } | { readonly fault: { readonly reason: string } }>;
}

/**
 * The same client; calls to Kafka Connect's workers are spans, beneath the request that they are made for. Other calls are left as
 * they are: a webhook's address is a secret.
 */
export function tracedConnect<Client extends FollowedClient>(
  client: Client,
  workers: readonly string[],
  { spans, current }: { readonly spans: Spans; readonly current: CurrentSpan },
): Client {
  const origins = new Set(workers.map((worker) => new URL(worker).origin));
  const request: FollowedClient["request"] = async (asked) => {
    const { method, url } = asked;
    if (!URL.canParse(url) || !origins.has(new URL(url).origin)) return client.request(asked);
    const route = connectRoute(url);
    const words = () => ({ ...callWords(method, url), ...routeWords(route) });
    const span = spans.begin(`${method} ${route}`, { kind: SpanKind.CLIENT, parent: current.context, words });
    const answer = await client.request(asked);
    if ("fault" in answer) span.end({ isError: true, words: answerWords({ code: answer.fault.reason }) });
    else span.end({ isError: answer.status >= 400, words: answerWords(answer) });
    return answer;
  };
  return { ...client, request };
}
