import fc from "fast-check";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { expect, test } from "vitest";
import { arbitraryOf } from "../../../../test/support/api-fuzz/arbitrary-of.ts";
import type { Operation } from "../../../../test/support/api-fuzz/schema.ts";
import { buildApp } from "../../src/app.ts";
import { describedOperations } from "../support/described-operations.ts";
import { memoryHouse } from "../support/memory-collaborators.ts";
import { letter, localSettings, storedConsumer } from "../support/small-house.ts";

/** Bodies that are tried until one fits: a schema cannot say of its parts everything that a route checks. */
const bodiesMax = 50;
/** What holds a secret, or the values of rows: it is not kept, and says so by taking no key. */
const unkept = [
  "POST /api/v1/changes:reveal",
  "POST /api/v1/changes:search",
  "POST /api/v1/consumers/{id}/live:search",
  "POST /api/v1/consumers/{id}/records:search",
  "POST /api/v1/diagnostics:bundle",
  "POST /api/v1/me/tokens",
  "POST /api/v1/me:set-password",
  "POST /api/v1/tokens",
  "POST /api/v1/users",
  "POST /api/v1/users/{id}:set-password",
];

/** The whole API, in which each POST only counts how often it is done. */
async function countingApi(): Promise<{
  readonly app: FastifyInstance;
  readonly posts: readonly Operation[];
  done(): number;
}> {
  const house = memoryHouse();
  await storedConsumer(house);
  house.deadLetters.letters.push(letter({ id: "1" }));
  let done = 0;
  const { app } = buildApp(house.collaborators, localSettings);
  app.addHook("onRoute", (route) => {
    if (route.method !== "POST") return;
    route.handler = async (_request, reply) => {
      done += 1;
      return reply.code(202).header("Location", `/api/v1/operations/${done}`).send({ done });
    };
  });
  const posts = (await describedOperations(app)).filter(({ method }) => method === "POST");
  return { app, posts, done: () => done };
}

function requestOf({ path, body }: Operation, seed: number): InjectOptions {
  const [sample] = body === null ? [] : fc.sample(arbitraryOf(body), { numRuns: 1, seed });
  return {
    method: "POST",
    url: path.replaceAll(/\{[a-z]+\}/g, "1"),
    headers: { "idempotency-key": `key-of-${path}`, "if-match": '"1"' },
    ...(sample === undefined ? {} : { payload: sample as object }),
  };
}

async function firstTaken(
  app: FastifyInstance,
  post: Operation,
): Promise<{ readonly request: InjectOptions; readonly answer: LightMyRequestResponse }> {
  for (let seed = 1; seed <= bodiesMax; seed += 1) {
    const request = requestOf(post, seed);
    const answer = await app.inject(request);
    if (answer.statusCode === 202) return { request, answer };
  }
  throw new Error(`no body of ${bodiesMax} was taken by ${post.path}`);
}

test("every POST that takes a key is done once, and answered again as it was", async () => {
  const { app, posts, done } = await countingApi();
  const keyed = posts.filter(({ headers }) => headers.includes("idempotency-key"));

  for (const post of keyed) {
    const { request, answer } = await firstTaken(app, post);
    const doneBefore = done();
    const again = await app.inject(request);

    const seen = { path: post.path, status: again.statusCode, body: again.body, done: done() };
    expect(seen).toEqual({ path: post.path, status: 202, body: answer.body, done: doneBefore });
    expect(again.headers).toMatchObject({
      location: answer.headers["location"],
      "content-type": answer.headers["content-type"],
      "idempotency-replayed": "true",
    });
  }
  expect(keyed.length).toBeGreaterThan(50);
});

test("every other POST is one that is open, or whose answer is not kept", async () => {
  const { posts } = await countingApi();

  const others = posts.filter(({ headers, isOpen }) => !isOpen && !headers.includes("idempotency-key"));

  expect(others.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(unkept);
});
