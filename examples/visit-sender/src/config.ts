import { z } from "zod";

/** The settings. `gluttony handler pack` writes them as JSON Schema; the refinement is checked in the cell. */
export const config = z.strictObject({
  url: z
    .string()
    .refine((url) => url.startsWith("https:"), "The address must begin with https:.")
    .meta({ title: "Address of the service" }),
  timeoutMs: z.int().min(100).max(60_000).default(5_000),
});
