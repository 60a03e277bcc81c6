import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Where alerts go in a test: keeps all that it is told, headers included. */
export interface HearingChannel extends AsyncDisposable {
  readonly url: string;
  readonly heard: readonly string[];
}

export async function startHearingChannel(): Promise<HearingChannel> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url, headers } = request;
      heard.push(`${JSON.stringify({ url, headers })}\n${Buffer.concat(chunks).toString("utf8")}`);
      response.writeHead(200, { "content-type": "application/json" });
      // As each kind of chat says that it took a message.
      response.end(JSON.stringify({ errcode: 0, code: 0 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    heard,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
