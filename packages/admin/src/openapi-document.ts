import { buildApp } from "./app.ts";
import type { AdminCollaborators } from "./ports.ts";

/** The description of the API, as `/openapi.json` serves it. Nothing is listened on, and no collaborator is called. */
export async function openApiDocument(version: string): Promise<object> {
  const { app } = buildApp(nobody(), { host: "127.0.0.1", port: 0, version });
  try {
    await app.ready();
    return app.swagger();
  } finally {
    await app.close();
  }
}

/** Stands for every collaborator and all they are made of; routes take what they need of it when they are registered. */
function nobody(): AdminCollaborators {
  const anything: object = new Proxy({}, { get: () => anything });
  return anything as AdminCollaborators;
}
