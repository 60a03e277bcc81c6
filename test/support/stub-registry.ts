import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { WriterSchema } from "@gluttony/sdk/codecs";

/** A registry that speaks Confluent's interface on a real socket, lets in who has the token, and can be put out of service. */
export class StubRegistry implements AsyncDisposable {
  readonly asked: string[] = [];
  isDown: boolean;
  readonly #server;

  constructor(
    schemas: readonly WriterSchema[],
    { token, isDown = false }: { readonly token: string; readonly isDown?: boolean },
  ) {
    this.isDown = isDown;
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? "");
      const isKnown = request.headers.authorization === `Bearer ${token}`;
      const schema = schemas.find(({ ref }) => request.url === `/schemas/ids/${ref.slice("id/".length)}`);
      const status = this.isDown ? 503 : !isKnown ? 401 : schema === undefined ? 404 : 200;
      const body = schema === undefined ? { error_code: 40403 } : { schema: schema.text };
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
