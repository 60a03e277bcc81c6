import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { defineHandler } from "../src/index.ts";
import type { ConfigSchema, Handler, HandlerContext, Row } from "../src/index.ts";
import { changesOf, runHandler } from "../src/testing/index.ts";

const change = changesOf({ table: "patient", keyColumns: ["id"] }).insert({ id: 1n });

describe("the type of the settings", () => {
  test("follows from a JSON Schema that is written in place", () => {
    defineHandler({
      name: "plain",
      config: {
        type: "object",
        required: ["url"],
        properties: {
          url: { type: "string" },
          limit: { type: "integer", default: 3 },
          mode: { enum: ["fast", "slow"] },
          tags: { type: "array", items: { type: "string" } },
          nested: { type: "object", required: ["on"], properties: { on: { type: ["boolean", "null"] } } },
        },
      },
      handle(_change, { config }) {
        expectTypeOf(config.url).toEqualTypeOf<string>();
        expectTypeOf(config.limit).toEqualTypeOf<number>();
        expectTypeOf(config.mode).toEqualTypeOf<"fast" | "slow" | undefined>();
        expectTypeOf(config.tags).toEqualTypeOf<readonly string[] | undefined>();
        expectTypeOf(config.nested?.on).toEqualTypeOf<boolean | null | undefined>();
        return undefined;
      },
    });
  });

  test("follows from a schema of Zod, of Valibot and of ArkType", () => {
    defineHandler({
      name: "zod",
      config: z.object({ url: z.url(), limit: z.number().default(3) }),
      handle(_change, { config }) {
        expectTypeOf(config).toEqualTypeOf<{ url: string; limit: number }>();
        return undefined;
      },
    });
    defineHandler({
      name: "valibot",
      config: toStandardJsonSchema(v.object({ url: v.string(), limit: v.optional(v.number(), 3) })),
      handle(_change, { config }) {
        expectTypeOf(config).toEqualTypeOf<{ url: string; limit: number }>();
        return undefined;
      },
    });
    defineHandler({
      name: "arktype",
      config: type({ url: "string", "limit?": "number" }),
      handle(_change, { config }) {
        expectTypeOf(config.url).toEqualTypeOf<string>();
        expectTypeOf(config.limit).toEqualTypeOf<number | undefined>();
        return undefined;
      },
    });
  });

  test("is what is written, where it is written", () => {
    const handler = defineHandler<{ readonly id: bigint }, { readonly url: string }>({
      name: "written",
      handle(seen, context) {
        expectTypeOf(seen.after).toEqualTypeOf<{ readonly id: bigint } | null>();
        expectTypeOf(context).toEqualTypeOf<HandlerContext<{ readonly url: string }>>();
        return undefined;
      },
    });

    expectTypeOf(handler).toEqualTypeOf<Handler<{ readonly id: bigint }, { readonly url: string }>>();
    const loose = defineHandler({ name: "loose", handle: () => undefined });
    expectTypeOf(loose).toEqualTypeOf<Handler<Row, unknown>>();
  });
});

const schemas = [
  [
    "Zod",
    z.object({ url: z.string().refine((url) => url.startsWith("https:")), limit: z.number().default(3) }),
  ],
  [
    "Valibot",
    toStandardJsonSchema(
      v.object({ url: v.pipe(v.string(), v.startsWith("https:")), limit: v.optional(v.number(), 3) }),
    ),
  ],
  ["ArkType", type({ url: "/^https:/", limit: "number = 3" })],
] as const;

test.each(schemas)(
  "a schema of %s becomes a JSON Schema, and checks and fills in settings once more",
  async (_library, config) => {
    const seen: unknown[] = [];
    const handler = defineHandler({
      name: "strict",
      config,
      handle(_change, context) {
        seen.push({ ...context.config }, context.attempt);
        return undefined;
      },
    });

    const good = await runHandler(handler, change, { config: { url: "https://a.test" } });
    const bad = await runHandler(handler, change, { config: { url: "ftp://Zhang San" } });

    expect(handler.config).toMatchObject({ type: "object", properties: { url: { type: "string" } } });
    expect(good.ending).toEqual({ done: true });
    expect(seen).toEqual([{ url: "https://a.test", limit: 3 }, 1]);
    expect(bad.ending).toMatchObject({ failed: "config", code: "handler.config_refused" });
    expect(bad.ending).toMatchObject({ message: "The plugin's own schema refuses the settings at: url." });
  },
);

test("a schema is asked once for each settings object, also one that answers later", async () => {
  let asked = 0;
  const schema = z.object({ url: z.string() }).transform(({ url }) => ({ host: new URL(url).host }));
  const config = {
    "~standard": {
      ...schema["~standard"],
      validate: async (value: unknown) => {
        asked += 1;
        return schema["~standard"].validate(value);
      },
    },
  };
  const hosts: string[] = [];
  const handler = defineHandler({
    name: "later",
    config,
    handle: (_change, context) => {
      hosts.push(context.config.host);
      return undefined;
    },
  });
  const settings = Object.freeze({ url: "https://a.test/x" });
  const context = { config: settings, attempt: 1 } as unknown as HandlerContext<{ host: string }>;

  await handler.handle(change, context);
  await handler.handle(change, context);

  expect(hosts).toEqual(["a.test", "a.test"]);
  expect(asked).toBe(1);
});

test("what JSON cannot hold is refused where the handler is defined", () => {
  const withDate = { name: "dated", config: z.object({ since: z.date() }), handle: () => undefined };
  const withoutJson = { "~standard": { validate: () => ({ value: 1 }) } } as unknown as ConfigSchema;
  const old = { name: "old", config: withoutJson, handle: () => undefined };

  expect(() => defineHandler(withDate)).toThrow("may hold only what JSON can hold");
  expect(() => defineHandler(old)).toThrow("offers no JSON Schema");
});
