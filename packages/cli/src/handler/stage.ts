import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "@gluttony/core";
import type { PluginPackage } from "@gluttony/core";
import { fieldsOf } from "../output/fields.ts";
import type { Fields } from "../output/fields.ts";
import type { AuthorPackage } from "./author-package.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { fileStem } from "./bundle.ts";
import type { Bundle } from "./bundle.ts";
import { describeHandlers } from "./describe.ts";

/** Fields of `package.json` that say who and what; those that say how to build stay with the author. */
const carried = [
  "name",
  "version",
  "description",
  "keywords",
  "homepage",
  "bugs",
  "license",
  "author",
  "contributors",
  "repository",
  "engines",
  "publishConfig",
] as const;

/** Files of the author's that go along, by the beginnings of their names. */
const documents = /^(?:readme|license|licence|changelog|notice)(?:\..*)?$/i;

/**
 * Writes a bundle as a package that needs nothing else: bundled code with its source map, the schemas of settings as the
 * code has them, a bill of materials, and a static manifest. Answers what the host reads of it. Throws
 * `plugin.manifest_invalid` with what the host would refuse, `plugin.import_failed` and `plugin.export_missing`.
 */
export async function stagePackage(
  plugin: AuthorPackage,
  made: Bundle,
  folder: string,
): Promise<PluginPackage> {
  await mkdir(folder, { recursive: true });
  // The code is an ES module already while it is asked for its schemas.
  await writeJson(folder, "package.json", { name: plugin.name, version: plugin.version, type: "module" });
  for (const [name, content] of made.files) await writeFile(join(folder, name), content);
  const schemas = await describeHandlers(plugin, (entry) => join(folder, `${fileStem(entry)}.js`));
  for (const [handler, schema] of schemas) {
    if (schema !== null) await writeJson(folder, schemaFile(plugin, handler), schema);
  }
  await writeJson(folder, "sbom.cdx.json", billOfMaterials(plugin, made.inputs));
  await writeJson(folder, "package.json", packedJson(plugin, schemas));
  for (const name of await readdir(plugin.root)) {
    if (documents.test(name)) await copyFile(join(plugin.root, name), join(folder, name));
  }
  return readManifest(folder);
}

function packedJson(plugin: AuthorPackage, schemas: ReadonlyMap<string, object | null>): object {
  const kept = carried.flatMap((field) =>
    plugin.json[field] === undefined ? [] : [[field, plugin.json[field]]],
  );
  const entries = new Set(plugin.handlers.map(({ entry }) => entry));
  const manifest = fieldsOf(plugin.json["gluttony"]);
  return {
    ...Object.fromEntries(kept),
    type: "module",
    exports: {
      ...Object.fromEntries([...entries].map((entry) => [entry, `./${fileStem(entry)}.js`])),
      "./package.json": "./package.json",
    },
    gluttony: { ...manifest, handlers: packedHandlers(plugin, fieldsOf(manifest["handlers"]), schemas) },
  };
}

function packedHandlers(
  plugin: AuthorPackage,
  listed: Fields,
  schemas: ReadonlyMap<string, object | null>,
): object {
  const handlers = Object.entries(listed).map(([name, value]) => {
    const { config: _config, ...fields } = fieldsOf(value);
    const schema = schemas.get(name) ?? null;
    return [name, schema === null ? fields : { ...fields, config: `./${schemaFile(plugin, name)}` }];
  });
  return Object.fromEntries(handlers);
}

function schemaFile(plugin: AuthorPackage, handler: string): string {
  return plugin.handlers.length === 1 ? "config.schema.json" : `${handler}.config.schema.json`;
}

async function writeJson(folder: string, name: string, value: object): Promise<void> {
  await writeFile(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
}
