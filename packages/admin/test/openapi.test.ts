import { expect, test } from "vitest";
import { appOver } from "./support/small-house.ts";

interface Described {
  readonly openapi: string;
  readonly paths: {
    readonly [path: string]: { readonly [method: string]: { readonly [field: string]: unknown } };
  };
}

async function description(): Promise<Described> {
  const { app } = appOver();
  const answer = await app.inject({ url: "/openapi.json" });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

// It builds the whole API, which takes seconds on a busy machine.
test("every route below /api is described, with a sentence, its answers, and what it needs", {
  timeout: 30_000,
}, async () => {
  const { app, routes } = appOver();
  await app.ready();
  const { openapi, paths } = await description();

  expect(openapi).toBe("3.1.0");
  for (const { method, url } of routes.filter(
    (route) => route.url.startsWith("/api/") && route.method !== "HEAD",
  )) {
    const path = url
      .replaceAll("::", "\u0000")
      .replaceAll(/:([a-z]+)(\([^)]*\))?/g, "{$1}")
      .replaceAll("\u0000", ":");
    const route = paths[path]?.[method.toLowerCase()];
    expect(route, `${method} ${url}`).toMatchObject({
      summary: expect.any(String),
      tags: [expect.any(String)],
    });
    expect(Object.keys(route?.["responses"] ?? {}), `${method} ${url}`).toEqual(
      expect.arrayContaining(["4XX", "5XX"]),
    );
  }
});

test("the reference page is served from here alone", async () => {
  const { app } = appOver();

  const page = await app.inject({ url: "/docs/" });
  const script = await app.inject({ url: "/docs/static/swagger-ui-bundle.js" });

  expect([page.statusCode, script.statusCode]).toEqual([200, 200]);
  expect(page.body).not.toMatch(/https?:\/\//);
  expect(page.headers["content-security-policy"]).toContain("default-src 'self'");
});
