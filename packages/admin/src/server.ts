import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { buildApp } from "./app.ts";
import type { AdminCollaborators } from "./ports.ts";
import { type AdminSettings, requireTokenBeyondLoopback } from "./settings.ts";

/** Milliseconds that requests under way get before their connections are cut. */
const closeGraceMs = 3_000;

/** The admin API while it listens. */
export interface AdminServer {
  /**
   * Throws `config.listen_without_token` rather than serve the network without a token, and
   * `environment.port_taken`. Called once.
   */
  listen(): Promise<{ readonly url: string }>;
  /** Ends within the grace; may be called twice, and without having listened. */
  close(): Promise<void>;
}

/** Makes the admin API. Its routes read, plan, or write desired state; none touches a running object. */
export function createAdminServer(collaborators: AdminCollaborators, settings: AdminSettings): AdminServer {
  const { app } = buildApp(collaborators, settings);
  return {
    async listen() {
      requireTokenBeyondLoopback(settings);
      return { url: await listenOn(app, settings) };
    },
    close: () => closeWithin(app, closeGraceMs),
  };
}

async function listenOn(app: FastifyInstance, { host, port }: AdminSettings): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const isTaken = error instanceof Error && Reflect.get(error, "code") === "EADDRINUSE";
    throw isTaken ? new GluttonyError("environment.port_taken", { port }, { cause: error }) : error;
  }
}

async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}
