import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { type AddressInfo, type Socket, createServer as createTcpServer } from "node:net";
import type { TestContext } from "vitest";
import {
  type ClosableTargetCaller,
  type EgressLimits,
  type TargetCallerPorts,
  type TargetRequest,
  createTargetCaller,
} from "../src/index.ts";

export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Target {
  readonly origin: string;
  readonly connections: () => number;
  readonly requests: IncomingMessage[];
}

export async function serve(context: TestContext, listener: Listener): Promise<Target> {
  const requests: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request);
    void listener(request, response);
  });
  let connections = 0;
  server.on("connection", () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, connections: () => connections, requests };
}

export function makeCaller(
  context: TestContext,
  limits: Partial<EgressLimits> = {},
  ports: TargetCallerPorts = {},
): ClosableTargetCaller {
  const caller = createTargetCaller({ closeWithinMs: 200, ...limits }, ports);
  context.onTestFinished(() => caller.close());
  return caller;
}

export function requestTo(origin: string, changes: Partial<TargetRequest> = {}): TargetRequest {
  return {
    url: `${origin}/patient/4711?name=Zhang`,
    method: "GET",
    headers: {},
    body: null,
    timeoutMs: 5_000,
    idempotencyKey: "gluttony-key-1",
    consumer: "patients",
    grantedOrigins: [origin],
    stop: { isStopped: false, listener: null },
    ...changes,
  };
}

export const failureOf = (result: unknown) => (result as { failure?: Record<string, unknown> }).failure;

export async function closedPort(): Promise<{ readonly port: number }> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { port };
}

export async function serveTcp(
  context: TestContext,
  listener: (socket: Socket) => void | Promise<void>,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    void listener(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function gate(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
