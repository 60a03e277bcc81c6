import type { PluginHost } from "@gluttony/core";
import { parseConsumer } from "@gluttony/model";
import type { DeadLetters, DesiredConsumers, Positions } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BoundedSpans } from "./bounded-spans.ts";
import { CurrentSpan } from "./current-span.ts";
import { LossNotes } from "./loss-notes.ts";
import { MetricPush } from "./metric-push.ts";
import { OpenAttempts } from "./open-attempts.ts";
import { spanExporter } from "./otlp.ts";
import { beginRequest, type BeginningRequest, type RequestSpan } from "./request-spans.ts";
import { samplerOf } from "./samplers.ts";
import type { TelemetrySettings, TraceSettings } from "./settings.ts";
import { Spans } from "./spans.ts";
import { type FollowedClient, tracedConnect } from "./traced-connect.ts";
import { tracedLog } from "./traced-log.ts";
import { tracedPlugins } from "./traced-plugins.ts";
import { tracedDeadLetters, tracedPositions } from "./traced-stores.ts";

/** Milliseconds in which the rest is sent when the host stops. */
const closeBudgetMs = 3_000;

/** What a host's parts are wrapped in, so that a collector hears of them. */
export interface Telemetry {
  plugins(host: PluginHost): PluginHost;
  positions(positions: Positions): Positions;
  deadLetters(letters: DeadLetters): DeadLetters;
  /** Also tells spans which group a consumer reads in. */
  desired(desired: DesiredConsumers): DesiredConsumers;
  /** `workers` are the addresses of Kafka Connect: only calls to them are followed. */
  connect<Client extends FollowedClient>(client: Client, workers: readonly string[]): Client;
  log(log: Logger): Logger;
  /** Left out where requests are not followed. */
  readonly requests?: { begin(request: BeginningRequest): RequestSpan };
  /** Sends the rest, for a few seconds at most. */
  close(): Promise<void>;
}

/** What telling needs of the host. */
export interface TelemetryParts {
  readonly version: string;
  readonly exposition: () => Promise<string>;
  readonly log: Logger;
}

/** Begins to tell a collector. */
export function startTelemetry(settings: TelemetrySettings, parts: TelemetryParts): Telemetry {
  const { version, exposition, log } = parts;
  const resource = resourceFromAttributes({ ...settings.resource });
  const tracing = settings.traces === null ? null : startTracing(settings.traces, { ...parts, resource });
  const push =
    settings.metrics === null
      ? null
      : new MetricPush(settings.metrics, { resource, version, exposition, log });
  const closeAll = async (): Promise<void> => {
    await within(closeBudgetMs, Promise.all([tracing?.close(), push?.close()]));
    tracing?.noteLoss();
  };
  return { ...(tracing?.wraps ?? asItIs), close: closeAll };
}

/** Wraps nothing. */
const asItIs: Omit<Telemetry, "close"> = {
  plugins: (host) => host,
  positions: (positions) => positions,
  deadLetters: (letters) => letters,
  desired: (desired) => desired,
  connect: (client) => client,
  log: (log) => log,
};

interface Tracing {
  readonly wraps: Omit<Telemetry, "close">;
  noteLoss(): void;
  close(): Promise<void>;
}

function startTracing(
  { collector, sampler, queueMax, batchMax, delayMs }: TraceSettings,
  {
    version,
    log,
    resource,
  }: TelemetryParts & { readonly resource: ReturnType<typeof resourceFromAttributes> },
): Tracing {
  const exportTimeoutMs = collector.timeoutMs + 1_000;
  const processor = new BoundedSpans(spanExporter(collector), {
    queueMax,
    batchMax,
    delayMs,
    exportTimeoutMs,
  });
  const spans = new Spans({ sampler: samplerOf(sampler), resource, processor, version });
  const current = new CurrentSpan();
  const attempts = new OpenAttempts();
  const groups = new Map<string, string>();
  const loss = new LossNotes(processor, log);
  return {
    wraps: {
      plugins: (host) => tracedPlugins(host, { spans, attempts, groupOf: (id) => groups.get(id) }),
      positions: (positions) => tracedPositions(positions, spans),
      deadLetters: (letters) => tracedDeadLetters(letters, { spans, attempts }),
      desired: (desired) => notedGroups(desired, groups),
      connect: (client, workers) => tracedConnect(client, workers, { spans, current }),
      log: (plain) => tracedLog(plain, { current, attempts }),
      requests: { begin: (request) => beginRequest(request, { spans, current }) },
    },
    noteLoss: () => loss.close(),
    close: () => spans.close(),
  };
}

function notedGroups(desired: DesiredConsumers, groups: Map<string, string>): DesiredConsumers {
  return {
    listen: (onChange, signal) => desired.listen(onChange, signal),
    list: async () => {
      const rows = await desired.list();
      groups.clear();
      for (const row of rows) {
        const parsed = parseConsumer(row);
        if ("consumer" in parsed) groups.set(row.id, parsed.consumer.group);
      }
      return rows;
    },
  };
}

async function within(budgetMs: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), budgetMs);
  const over = new Promise<void>((resolve) =>
    patience.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  await Promise.race([work.catch(() => undefined), over]);
  clearTimeout(timer);
}
