import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/** What a collector was sent once. */
export interface Received {
  readonly path: string;
  readonly type: string;
  readonly headers: { readonly [name: string]: unknown };
  readonly body: Buffer;
}

/** A span as OTLP writes it in JSON. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: { readonly [name: string]: unknown };
  readonly isError: boolean;
  readonly resource: { readonly [name: string]: unknown };
}

/** A collector on a real socket. */
export interface OtlpReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on it answers so; null: never. */
  answer(status: number | null): void;
  /** What came in JSON. */
  spans(): readonly ReceivedSpan[];
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const received: Received[] = [];
  let status: number | null = 200;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const sent = Buffer.concat(chunks);
      const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
      const type = request.headers["content-type"] ?? "";
      received.push({ path: request.url ?? "", type, headers: request.headers, body });
      if (status !== null) response.writeHead(status, { "content-type": type }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (next) => {
      status = next;
    },
    spans: () =>
      received
        .filter(({ path, type }) => path === "/v1/traces" && type === "application/json")
        .flatMap(spansOf),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Pair {
  readonly key: string;
  readonly value: { readonly [type: string]: unknown };
}

interface WrittenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes?: readonly Pair[];
  readonly status?: { readonly code?: number };
}

interface Written {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Pair[] };
    readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[];
  }[];
}

function spansOf({ body }: Received): readonly ReceivedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString("utf8")) as Written;
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, kind, links = [], attributes = [], status }) => ({
        traceId,
        spanId,
        parentSpanId,
        name,
        kind,
        links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        attributes: valuesOf(attributes),
        isError: status?.code === 2,
        resource: valuesOf(resource.attributes),
      })),
    ),
  );
}

function valuesOf(pairs: readonly Pair[]): { readonly [name: string]: unknown } {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]]));
}
