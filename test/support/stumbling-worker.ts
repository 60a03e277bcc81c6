import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** What becomes of the next request that writes a configuration. `lost`: it is carried out, and its answer never comes. */
export type Stumble = "rebalancing" | "lost";

/** Stands before a worker of Kafka Connect and hands everything on, but for what a test scripts. */
export interface StumblingWorker extends AsyncDisposable {
  readonly url: string;
  /** Taken by the next writes of a configuration, one each. */
  readonly next: Stumble[];
  /** Writes that reached the worker itself. */
  readonly written: string[];
}

export async function stumbleBefore(workerUrl: string): Promise<StumblingWorker> {
  const next: Stumble[] = [];
  const written: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "GET", url = "/" } = request;
      const body = await textOf(request);
      const isWrite = method === "PUT" && /\/connectors\/[^/]+\/config$/.test(url);
      const stumble = isWrite ? next.shift() : undefined;
      if (stumble === "rebalancing") {
        const message = "Cannot complete request momentarily due to stale configuration";
        response.writeHead(409, { "content-type": "application/json" });
        response.end(JSON.stringify({ error_code: 409, message }));
        return;
      }
      if (isWrite) written.push(url);
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${workerUrl}${url}`, { method, headers, ...(body === "" ? {} : { body }) });
      const text = await answer.text();
      if (stumble === "lost") {
        response.socket?.destroy();
        return;
      }
      const type = answer.headers.get("content-type");
      response.writeHead(answer.status, type === null ? {} : { "content-type": type });
      response.end(text);
    })().catch(() => response.socket?.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next,
    written,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
