import { createSchemaRegistry } from "@gluttony/egress";
import { GluttonyError } from "@gluttony/model";
import type { Failure } from "@gluttony/model";
import type { WriterSchema } from "@gluttony/sdk/codecs";
import { parseEnvironment, processEnvironment } from "../parse-environment.ts";
import type { EnvironmentSource } from "../parse-environment.ts";
import { schemaFolder } from "./schema-folder.ts";

/** Where the schemas of records come from when no host is running. */
export interface SchemaSource {
  find(ref: string): Promise<{ readonly schema: WriterSchema } | { readonly failure: Failure }>;
  close(): Promise<void>;
}

/** Where a person said that schemas are. */
export interface SchemaWish {
  /** The registry's URL. */
  readonly registry?: string;
  /** A folder with `id.avsc`, `id.proto` and `id.json`. */
  readonly schemas?: string;
}

/**
 * The source that a person wishes for. The login comes from the environment, as a host's does, so that it stands in no list of
 * processes. Throws `config.invalid` for both at once, and for a URL or a login that is none.
 */
export function schemaSourceOf(
  { registry, schemas }: SchemaWish,
  environment: EnvironmentSource = processEnvironment,
): SchemaSource {
  if (registry !== undefined && schemas !== undefined)
    throw new GluttonyError("config.invalid", {}, { faults: [bothGiven] });
  if (schemas !== undefined) return schemaFolder(schemas);
  if (registry === undefined) return noSchemas;
  const env = { ...environment.env, [registryName]: registry };
  const { settings, faults } = parseEnvironment({ ...environment, env });
  const own = faults.filter(({ path }) => path.startsWith(registryName));
  if (own.length > 0 || settings.schemaRegistry === null)
    throw new GluttonyError("config.invalid", { option: "--registry" }, { faults: own });
  const client = createSchemaRegistry(settings.schemaRegistry);
  return { find: async (ref) => client.find(ref), close: () => client.close() };
}

const registryName = "GLUTTONY_SCHEMA_REGISTRY";
const bothGiven = {
  path: "--registry",
  message: "Both --registry and --schemas are given.",
  suggestion: "One of them.",
};

const noSchemas: SchemaSource = {
  find: async (ref) => {
    const message = `The record was written with the schema ${ref}: name --registry or --schemas.`;
    return { failure: { kind: "record", code: "registry.not_configured", message } };
  },
  close: async () => undefined,
};
