import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A target that refuses everything and quotes all it was told, as targets do. */
export interface EchoingTarget extends AsyncDisposable {
  readonly url: string;
  /** Requests that came. */
  readonly count: () => number;
}

export async function startEchoingTarget(): Promise<EchoingTarget> {
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      count += 1;
      const body = Buffer.concat(chunks).toString("utf8");
      response.writeHead(422, { "content-type": "application/json", "x-asked": request.url ?? "" });
      response.end(JSON.stringify({ error: `refused: ${body}`, url: request.url, headers: request.headers }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => count,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
