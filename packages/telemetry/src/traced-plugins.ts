import type {
  AttemptRequest,
  AttemptResult,
  Cell,
  CellLease,
  HostFetchRequest,
  HostMeans,
  PluginHost,
  TargetCaller,
} from "@gluttony/core";
import { type SpanContext, SpanKind } from "@opentelemetry/api";
import { type OpenAttempts, placeOf } from "./open-attempts.ts";
import { answerWords, attemptWords, callWords, errorWords, outcomeWords } from "./span-words.ts";
import type { Spans } from "./spans.ts";
import { hasTraceparent, producerOf, traceparentOf } from "./trace-context.ts";

/** What following attempts needs. */
export interface AttemptMeans {
  readonly spans: Spans;
  readonly attempts: OpenAttempts;
  /** The group that a consumer reads in; undefined when it is not known yet. */
  groupOf(consumerId: string): string | undefined;
}

/** The same plugin host; each attempt in its cells is a span. Cells that shadow others are left as they are. */
export function tracedPlugins(host: PluginHost, means: AttemptMeans): PluginHost {
  return {
    resolve: (handlerFunc, config, consumerId) => host.resolve(handlerFunc, config, consumerId),
    acquire: async (resolved, wish) => tracedLease(await host.acquire(resolved, wish), means),
    resolveShadow: (handlerFunc, config, consumerId) => host.resolveShadow(handlerFunc, config, consumerId),
    acquireShadow: (resolved) => host.acquireShadow(resolved),
    close: (budgetMs) => host.close(budgetMs),
  };
}

function tracedLease(lease: CellLease, means: AttemptMeans): CellLease {
  const { cell } = lease;
  const traced: Cell = {
    release: cell.release,
    attempt: (request) => tracedAttempt(request, cell, means),
    checkSettings: (consumer) => cell.checkSettings(consumer),
    observe: () => cell.observe(),
    recycle: () => cell.recycle(),
    close: (budgetMs) => cell.close(budgetMs),
  };
  return { cell: traced, release: () => lease.release() };
}

async function tracedAttempt(
  request: AttemptRequest,
  cell: Cell,
  means: AttemptMeans,
): Promise<AttemptResult> {
  const { spans, attempts, groupOf } = means;
  const { record, consumer, idempotencyKey } = request;
  const producer = producerOf(record.headers);
  const span = spans.begin(`process ${record.topic}`, {
    kind: SpanKind.CONSUMER,
    parent: producer,
    links: producer === null ? [] : [producer],
    words: () => attemptWords(request, { release: cell.release, group: groupOf(consumer.id) }),
  });
  const place = placeOf(consumer.name, record.topic, record);
  attempts.began(place, span.context);
  try {
    const meansOf = (usual: HostMeans): HostMeans =>
      tracedMeans(request, usual, { spans, parent: span.context });
    const result = await cell.attempt({ ...request, meansOf });
    const isError = result.kind === "failed";
    const told = span.end({ isError, words: outcomeWords(result) });
    if (isError && told !== null) attempts.failed(idempotencyKey, told);
    return result;
  } finally {
    attempts.ended(place);
  }
}

/** On whose behalf a call is made. */
interface CallingSpan {
  readonly spans: Spans;
  readonly parent: SpanContext;
}

function tracedMeans({ meansOf }: AttemptRequest, usual: HostMeans, by: CallingSpan): HostMeans {
  const means = meansOf === undefined ? usual : meansOf(usual);
  return { ...means, targets: { call: (request) => tracedCall(request, means.targets, by) } };
}

async function tracedCall(
  request: HostFetchRequest,
  targets: TargetCaller,
  { spans, parent }: CallingSpan,
): Promise<Awaited<ReturnType<TargetCaller["call"]>>> {
  const method = request.method.toUpperCase();
  const span = spans.begin(method, {
    kind: SpanKind.CLIENT,
    parent,
    words: () => callWords(method, request.url),
  });
  const { headers } = request;
  const traced = hasTraceparent(headers)
    ? request
    : { ...request, headers: { ...headers, traceparent: traceparentOf(span.context) } };
  const answer = await targets.call(traced);
  if ("failure" in answer) span.end({ isError: true, words: errorWords(answer.failure.code) });
  else span.end({ isError: answer.status >= 400, words: answerWords(answer) });
  return answer;
}
