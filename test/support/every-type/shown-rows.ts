import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { ShownRow } from "./compare.ts";

/** A change as the plugin `shows-rows` tells it. */
export interface ShownChange {
  readonly operation: string;
  readonly table: string;
  readonly isSnapshot: boolean;
  readonly key: ShownRow | null;
  readonly before: ShownRow | null;
  readonly after: ShownRow | null;
  readonly unavailable: readonly string[];
  readonly doubtful: readonly string[];
}

/** Where the plugin posts what it is given, by the path of each consumer. */
export interface ShownRows extends AsyncDisposable {
  readonly url: string;
  of(name: string): readonly ShownChange[];
}

export async function showRows(): Promise<ShownRows> {
  const shown = new Map<string, ShownChange[]>();
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const name = (request.url ?? "/").slice(1);
      const changes = shown.get(name) ?? [];
      changes.push(JSON.parse(body) as ShownChange);
      shown.set(name, changes);
      response.end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    of: (name) => shown.get(name) ?? [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
