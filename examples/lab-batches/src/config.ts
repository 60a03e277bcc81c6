import { z } from "zod";

/** The settings. `gluttony handler pack` writes them as JSON Schema. */
export const config = z.strictObject({
  url: z.url({ protocol: /^https$/ }).meta({ title: "Address that takes many results" }),
  timeoutMs: z.int().min(100).max(60_000).default(5_000),
});
