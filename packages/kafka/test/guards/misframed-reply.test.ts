import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished, test, vi } from "vitest";
import { applyGuards } from "../../src/guards/apply-guards.ts";
import { type KafkajsConnection, kafkajsInternals } from "../../src/guards/kafkajs-internals.ts";

const CORRELATION_ID = 7;

/** A reply as the protocol frames it: its length, the number of its request, and what it says. */
function reply(saying: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(4 + saying.length, 0);
  head.writeInt32BE(CORRELATION_ID, 4);
  return Buffer.concat([head, Buffer.from(saying)]);
}

/** A server that gives each connection, in turn, to the next of `answers`. */
async function serverOf(answers: ((socket: Socket) => void)[]): Promise<number> {
  const server = createServer((socket) => answers.shift()?.(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

function connectionTo(port: number): KafkajsConnection {
  const { Connection } = kafkajsInternals();
  const silent = { debug() {}, info() {}, warn() {}, error() {}, namespace: () => silent };
  const connection = new Connection({
    host: "127.0.0.1",
    port,
    connectionTimeout: 10_000,
    requestTimeout: 10_000,
    logger: silent,
    socketFactory: (wish) => connect(wish.port, wish.host, wish.onConnect),
  });
  onTestFinished(async () => void (await connection.disconnect()));
  return connection;
}

test("a reply cut in its middle is not read as the start of the next connection's", async ({ expect }) => {
  applyGuards();
  const cut = reply("the first, which never comes whole");
  const port = await serverOf([
    (socket) => socket.end(cut.subarray(0, 20)),
    (socket) => void socket.write(reply("whole")),
  ]);
  const connection = connectionTo(port);
  const fulfilled = vi.spyOn(connection.requestQueue, "fulfillRequest").mockImplementation(() => undefined);

  await connection.connect();
  await vi.waitUntil(() => connection.bytesBuffered === 20);
  await vi.waitUntil(() => !connection.isConnected());
  await connection.connect();
  await vi.waitUntil(() => connection.bytesBuffered === 0);
  await vi.waitFor(() => expect(fulfilled).toHaveBeenCalledOnce());

  expect(fulfilled.mock.calls[0]?.[0]).toMatchObject({
    correlationId: CORRELATION_ID,
    payload: Buffer.from("whole"),
  });
});
