import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { expect, test } from "vitest";
import { arbitraryOf } from "../../../test/support/api-fuzz/arbitrary-of.ts";
import type { Operation, Schema } from "../../../test/support/api-fuzz/schema.ts";
import { describedOperations } from "./support/described-operations.ts";
import { appOver, letter, storedConsumer } from "./support/small-house.ts";

/** What becomes markup in a page, a line in a header, a log or a stream, or a colour in a terminal. */
const hostile = [
  "<script>alert(1)</script>",
  "</script><script>alert(1)//",
  '"><img src=x onerror=alert(1)>',
  "<svg/onload=alert(1)>",
  "javascript:alert(1)",
  "'-alert(1)-'",
  "{{constructor.constructor('alert(1)')()}}",
  "<!--<iframe src=javascript:alert(1)>",
  "x\r\nSet-Cookie: planted=1",
  "x\r\n\r\n<html><script>alert(1)</script>",
  "x\nX-Planted: 1",
  "x\u2028\u2029data: planted\n\n",
  "\u001b[31mred\u001b]0;title\u0007",
  "%0d%0aX-Planted:%201",
  "\u202egnp.exe",
  "＜script＞",
];
/** What an answer may be; none of it is shown as a page. */
const kinds = /^(?:application\/(?:problem\+)?json|application\/jsonl|text\/csv|text\/event-stream)(?:;|$)/;

/** Requests that carry one text wherever the operation takes a text: in its path, its query and its body. */
function requestsWith(text: string, { method, path, query, body }: Operation): readonly InjectOptions[] {
  const written = encodeURIComponent(text);
  const plainPath = path.replaceAll(/\{[a-z]+\}/g, "1");
  const headers = { "if-match": '"1"', accept: "*/*" };
  const request = (url: string, payload?: unknown): InjectOptions => ({
    ...{ method: method as "GET", url, headers },
    ...(payload === undefined ? {} : { payload: payload as object }),
  });
  const [sample] = body === null ? [] : fc.sample(arbitraryOf(body), { numRuns: 1, seed: 7 });
  return [
    request(path.replaceAll(/\{[a-z]+\}/g, written), sample),
    ...Object.keys(query).map((name) => request(`${plainPath}?${name}=${written}`, sample)),
    ...(body === null ? [] : filled(body, sample, text).map((payload) => request(plainPath, payload))),
  ];
}

/** The sample with the text in one field, and in all of them. */
function filled({ properties = {} }: Schema, sample: unknown, text: string): readonly unknown[] {
  const texts = Object.entries(properties).filter(([, field]) => holdsText(field));
  const whole = Object.fromEntries(texts.map(([name]) => [name, text]));
  return [
    ...texts.map(([name]) => ({ ...(sample as object), [name]: text })),
    { ...(sample as object), ...whole },
  ];
}

function holdsText({ type, anyOf = [] }: Schema): boolean {
  return [type].flat().includes("string") || anyOf.some(holdsText);
}

test("no text of anybody becomes a page, a header or a line, wherever it is written", {
  timeout: 120_000,
}, async () => {
  const { app, house } = appOver();
  await storedConsumer(house);
  house.deadLetters.letters.push(letter({ id: "1" }));
  const operations = await describedOperations(app);
  const asked = new Map<string, number>();

  // What is written comes first, so that what is read afterwards holds it.
  for (const operation of operations.toSorted(writesFirst))
    for (const text of textsFor(operation))
      for (const request of requestsWith(text, operation)) {
        const answer = await app.inject(request);
        const what = `${operation.method} ${operation.path} of ${JSON.stringify(text)} → ${answer.statusCode}`;
        asked.set(text, (asked.get(text) ?? 0) + 1);

        expect(answer.statusCode, `${what} ${answer.body}`).toBeLessThan(500);
        if (answer.body !== "") expect(String(answer.headers["content-type"]), what).toMatch(kinds);
        expect(answer.headers["x-content-type-options"], what).toBe("nosniff");
        expect(answer.headers["content-security-policy"], what).toContain("default-src 'none'");
        expect(Object.keys(answer.headers), what).not.toContain("x-planted");
        expect(String(answer.headers["set-cookie"] ?? ""), what).not.toContain("planted");
        expect(Object.values(answer.headers).join(""), what).not.toMatch(/[\p{Cc}\u2028]/u);
        if (String(answer.headers["content-type"]).includes("json;"))
          expect(answer.body, what).not.toMatch(/\p{Cc}/u);
      }

  expect(Math.min(...asked.values())).toBeGreaterThan(200);
  expect(house.lines.map(({ message }) => message).join("")).not.toMatch(/alert|planted|\p{Cc}/iu);
});

/** A password is hashed at some cost, and what is done with it is the same for all. */
function textsFor({ path }: Operation): readonly string[] {
  return /password|session|bootstrap|users$/.test(path) ? hostile.slice(0, 2) : hostile;
}

function writesFirst(left: Operation, right: Operation): number {
  return Number(left.method === "GET") - Number(right.method === "GET");
}

test("what was kept of them comes back as the same text", async () => {
  const { app, house } = appOver();
  for (const [at, text] of hostile.entries()) {
    const payload = {
      name: `c${at}`,
      topic: "t",
      handler_func: "empi",
      configuration: { handler: { text } },
    };
    const made = await app.inject({ method: "POST", url: "/api/v1/consumers", payload });
    expect(made.statusCode, made.body).toBe(201);
  }

  const read = await Promise.all(hostile.map((_, at) => app.inject({ url: `/api/v1/consumers/c${at}` })));

  expect(read.map((answer) => answer.json().configuration.handler.text)).toEqual(hostile);
  expect(house.consumers.rows.size).toBe(hostile.length);
});
