import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fieldsOf } from "../output/fields.ts";
import type { Fields } from "../output/fields.ts";
import type { AuthorPackage } from "./author-package.ts";

interface Component {
  readonly name: string;
  readonly version: string;
  readonly license: string | null;
}

/**
 * What went into a bundle, as a CycloneDX 1.6 document: every package of which a module was bundled, with its version,
 * license and package URL. Holds no time and no serial number of chance, so that equal builds give equal files.
 */
export function billOfMaterials(plugin: AuthorPackage, inputs: readonly string[]): object {
  const components = componentsOf(plugin, inputs);
  const root = componentJson({ ...plugin, license: licenseOf(plugin.json) });
  const refs = components.map((component) => purlOf(component));
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${purlOf(plugin)} ${refs.join(" ")}`)}`,
    version: 1,
    metadata: { component: { ...root, type: "application" } },
    components: components.map(componentJson),
    dependencies: [{ ref: purlOf(plugin), dependsOn: refs }, ...refs.map((ref) => ({ ref }))],
  };
}

function componentsOf(plugin: AuthorPackage, inputs: readonly string[]): readonly Component[] {
  const found = new Map<string, Component>();
  for (const input of inputs) {
    const component = packageOf(resolve(plugin.root, input));
    const isOwn = component?.name === plugin.name && component.version === plugin.version;
    if (component !== null && !isOwn) found.set(purlOf(component), component);
  }
  return [...found.values()].toSorted((left, right) => (purlOf(left) < purlOf(right) ? -1 : 1));
}

/** The nearest folder above with a package.json that names a package; folders without a name only set a module's type. */
function packageOf(file: string): Component | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, "package.json");
    const json: Fields = existsSync(path) ? fieldsOf(JSON.parse(readFileSync(path, "utf8"))) : {};
    const { name, version } = json;
    if (typeof name === "string" && typeof version === "string")
      return { name, version, license: licenseOf(json) };
  }
  return null;
}

function licenseOf(json: Fields): string | null {
  return typeof json["license"] === "string" ? json["license"] : null;
}

function componentJson(component: Component): object {
  const { name, version, license } = component;
  const [scope, bare] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const purl = purlOf(component);
  return {
    type: "library",
    "bom-ref": purl,
    ...(scope === undefined ? {} : { group: scope }),
    name: bare,
    version,
    ...(license === null ? {} : { licenses: [licenseJson(license)] }),
    purl,
  };
}

/** The ids of the SPDX list that nearly every package of npm is under; a validator refuses an id that is not on it. */
const knownIds: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "Artistic-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "CC0-1.0",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "EPL-2.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Python-2.0",
  "Unlicense",
  "WTFPL",
  "Zlib",
]);

/** A known id, a composed expression, or else only a name, such as `UNLICENSED` and `SEE LICENSE IN LICENSE`. */
function licenseJson(license: string): object {
  if (knownIds.has(license)) return { license: { id: license } };
  return /\b(?:AND|OR|WITH)\b/.test(license) ? { expression: license } : { license: { name: license } };
}

function purlOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** A name-based UUID of the form that version 5 has. */
function uuidOf(text: string): string {
  const hex = createHash("sha1").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `5${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
