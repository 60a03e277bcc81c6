import { realpath, readFile, stat } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";
import { valid, validRange } from "semver";
import { GluttonyError, isolations, nearestName } from "@gluttony/model";
import type { BatchLimits, Fault, Manifest, ManifestHandler } from "@gluttony/model";
import type { ConfigSchema } from "@gluttony/sdk";
import { cellProtocols } from "./cell/messages.ts";
import { compileConfigSchema } from "./compile-config-schema.ts";
import { hostReferences, isHostReference, isOrigin, isSecretName } from "./manifest-words.ts";

/** What a plugin's package.json says, checked. */
export interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly manifest: Manifest;
}

const manifestBytesMax = 1024 * 1024;
const handlersMax = 50;
const netMax = 50;
const secretsMax = 20;
const batchRange = { max: { min: 2, max: 500 }, waitMs: { min: 0, max: 1_000, default: 20 } };
/** What a plugin may need beyond protocol 1. */
const hostFeatures: readonly string[] = ["batch", "state", "secrets"];
const memoryMb = { min: 32, max: 4_096, default: 256 };

/**
 * Reads the static manifest of a plugin; runs no code of it. Throws `plugin.manifest_invalid` with every fault
 * at once, or `plugin.protocol_unsupported`.
 */
export async function readManifest(root: string): Promise<PluginPackage> {
  const json = await readJson(root, "package.json");
  const reader = new ManifestReader(root, json);
  const found = await reader.read();
  const { name } = found;
  if (reader.faults.length > 0) throw new GluttonyError("plugin.manifest_invalid", { plugin: name }, reader);
  const { protocols } = found.manifest;
  if (protocols.some((protocol) => cellProtocols.includes(protocol))) return found;
  throw new GluttonyError("plugin.protocol_unsupported", {
    plugin: name,
    pluginSpeaks: protocols.map(String),
    hostSpeaks: cellProtocols.map(String),
    upgrade: Math.max(...protocols) > Math.max(...cellProtocols) ? "gluttony" : name,
  });
}

/** Collects the faults of one manifest while it reads. */
class ManifestReader {
  readonly faults: Fault[] = [];
  readonly #root: string;
  readonly #json: Fields;

  constructor(root: string, json: Fields) {
    this.#root = root;
    this.#json = json;
  }

  async read(): Promise<PluginPackage> {
    const { name, version, gluttony } = this.#json;
    const named =
      typeof name === "string" && name !== "" ? name : this.#fault("name", "It must be a text.", "");
    const versioned = typeof version === "string" ? valid(version) : null;
    if (versioned === null) this.#fault("version", "It must be a semantic version.", null);
    const fields = this.#object(gluttony, "gluttony");
    this.#onlyKnown(fields, "gluttony", [
      "manifest",
      "api",
      "handlers",
      "permissions",
      "limits",
      "isolation",
    ]);
    if (fields.manifest !== 1)
      this.#fault("gluttony.manifest", "It must be 1; a higher number needs a newer host.", 1);
    const api = this.#object(fields.api, "gluttony.api");
    this.#onlyKnown(api, "gluttony.api", ["protocol", "needs"]);
    const manifest: Manifest = {
      manifest: 1,
      protocols: this.#protocols(api.protocol),
      needs: this.#needs(api.needs),
      handlers: await this.#handlers(fields.handlers),
      permissions: { net: this.#net(fields.permissions), ...this.#secrets(fields.permissions) },
      limits: { memoryMb: this.#memoryMb(fields.limits) },
      ...this.#node(),
      ...this.#isolation(fields.isolation),
    };
    return { name: named, version: versioned ?? "", manifest };
  }

  #protocols(value: unknown): readonly number[] {
    const isList = Array.isArray(value) && value.length > 0 && value.every((item) => Number.isInteger(item));
    if (isList) return value.map(Number);
    return this.#fault("gluttony.api.protocol", "It must list protocol numbers, for example [1].", [1]);
  }

  /** `engines.node` is npm's own field; it is enforced for the cells' Node. */
  #node(): Pick<Manifest, "node"> {
    const { engines } = this.#json;
    const range = typeof engines === "object" && engines !== null ? Reflect.get(engines, "node") : undefined;
    if (range === undefined) return {};
    if (typeof range === "string" && validRange(range) !== null) return { node: range };
    return this.#fault("engines.node", "It must be a range of versions, for example >=20.", {});
  }

  #isolation(value: unknown): Pick<Manifest, "isolation"> {
    const fields = this.#object(value ?? {}, "gluttony.isolation");
    this.#onlyKnown(fields, "gluttony.isolation", ["min"]);
    const { min = "process" } = fields;
    if (min === "process") return {};
    const isolation = isolations.find((name) => name === min);
    if (isolation !== undefined) return { isolation };
    return this.#fault("gluttony.isolation.min", `It must be process, ${isolations.join(" or ")}.`, {});
  }

  #needs(value: unknown): readonly string[] {
    if (value === undefined) return [];
    const names = Array.isArray(value) ? value.map(String) : [];
    const unknown = names.filter((name) => !hostFeatures.includes(name));
    if (Array.isArray(value) && unknown.length === 0) return names;
    const has = `This host has ${hostFeatures.join(", ")}.`;
    return this.#fault("gluttony.api.needs", `It must list features of the host. ${has}`, []);
  }

  #batch(value: unknown, path: string): BatchLimits {
    const fields = this.#object(value, path);
    this.#onlyKnown(fields, path, ["max", "waitMs"]);
    const { max, waitMs = batchRange.waitMs.default } = fields;
    return {
      max: this.#wholeNumber(max, `${path}.max`, batchRange.max),
      waitMs: this.#wholeNumber(waitMs, `${path}.waitMs`, batchRange.waitMs),
    };
  }

  #wholeNumber(value: unknown, path: string, range: { readonly min: number; readonly max: number }): number {
    const isInRange =
      typeof value === "number" && Number.isInteger(value) && value >= range.min && value <= range.max;
    if (isInRange) return value;
    return this.#fault(path, `It must be a whole number from ${range.min} to ${range.max}.`, range.min);
  }

  async #handlers(value: unknown): Promise<readonly ManifestHandler[]> {
    const entries = Object.entries(this.#object(value, "gluttony.handlers"));
    if (entries.length === 0 || entries.length > handlersMax) {
      this.#fault("gluttony.handlers", `It must list 1 to ${handlersMax} handlers.`, null);
    }
    const handlers: ManifestHandler[] = [];
    for (const [name, handler] of entries.slice(0, handlersMax))
      handlers.push(await this.#handler(name, handler));
    return handlers;
  }

  async #handler(name: string, value: unknown): Promise<ManifestHandler> {
    const path = `gluttony.handlers.${name}`;
    const fields = this.#object(value, path);
    this.#onlyKnown(fields, path, [
      "entry",
      "export",
      "title",
      "config",
      "tables",
      "ops",
      "batch",
      "ordering",
      "idempotent",
    ]);
    if (!/^[A-Za-z_$][\w$]{0,63}$/.test(name))
      this.#fault(path, "A handler's name is a JavaScript identifier.", null);
    const exported = fields.export ?? name;
    const isIdentifier = typeof exported === "string" && /^[A-Za-z_$][\w$]{0,63}$/.test(exported);
    return {
      name,
      entry: this.#entry(fields.entry, `${path}.entry`),
      export: isIdentifier
        ? exported
        : this.#fault(`${path}.export`, "It must be a JavaScript identifier.", name),
      title: typeof fields.title === "string" ? fields.title.slice(0, 200) : name,
      config: await this.#config(fields.config, `${path}.config`),
      ...(fields.batch === undefined ? {} : { batch: this.#batch(fields.batch, `${path}.batch`) }),
    };
  }

  #entry(value: unknown, path: string): string {
    const entry = value ?? ".";
    const { exports } = this.#json;
    const isObject = typeof exports === "object" && exports !== null;
    const keys = isObject ? Object.keys(exports).filter((key) => key.startsWith(".")) : [];
    const isKnown =
      typeof entry === "string" && (keys.includes(entry) || (entry === "." && keys.length === 0));
    if (isKnown) return entry;
    return this.#fault(path, `It must be a key of exports (${keys.join(", ")}).`, ".");
  }

  async #config(value: unknown, path: string): Promise<ConfigSchema> {
    const open: ConfigSchema = { type: "object", additionalProperties: false };
    if (value === undefined) return open;
    try {
      const schema =
        typeof value === "string" ? await readJson(this.#root, value) : this.#object(value, path);
      compileConfigSchema(schema);
      return schema;
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 300) : "unknown";
      return this.#fault(path, `It is no JSON Schema (2020-12) that can be used: ${why}`, open);
    }
  }

  #net(value: unknown): readonly string[] {
    const fields = this.#object(value ?? {}, "gluttony.permissions");
    this.#onlyKnown(fields, "gluttony.permissions", ["net", "secrets"]);
    const { net = [] } = fields;
    if (!Array.isArray(net) || net.length > netMax) {
      return this.#fault("gluttony.permissions.net", `It must list at most ${netMax} origins.`, []);
    }
    return net.map((item, index) => this.#origin(item, `gluttony.permissions.net[${index}]`));
  }

  #secrets(value: unknown): Pick<Manifest["permissions"], "secrets"> {
    const { secrets } = this.#object(value ?? {}, "gluttony.permissions");
    if (secrets === undefined) return {};
    if (Array.isArray(secrets) && secrets.length <= secretsMax && secrets.every(isSecretName))
      return { secrets };
    const message = `It must list at most ${secretsMax} names of a-z, 0-9 and hyphen.`;
    return this.#fault("gluttony.permissions.secrets", message, {});
  }

  #origin(value: unknown, path: string): string {
    if (typeof value === "string" && (isHostReference(value) || isOrigin(value))) return value;
    const known = hostReferences.map((name) => `\${env:${name}}`).join(", ");
    return this.#fault(path, `It must be an origin such as https://host:443, or one of ${known}.`, "");
  }

  #memoryMb(value: unknown): number {
    const fields = this.#object(value ?? {}, "gluttony.limits");
    this.#onlyKnown(fields, "gluttony.limits", ["memoryMb", "timeoutMs", "concurrency"]);
    const wish = fields.memoryMb ?? memoryMb.default;
    if (typeof wish === "number" && Number.isInteger(wish) && wish > 0) {
      return Math.min(memoryMb.max, Math.max(memoryMb.min, wish));
    }
    return this.#fault(
      "gluttony.limits.memoryMb",
      "It must be a whole number of mebibytes.",
      memoryMb.default,
    );
  }

  #object(value: unknown, path: string): Fields {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
    return this.#fault(path, "It must be an object.", {});
  }

  #onlyKnown(fields: Fields, path: string, known: readonly string[]): void {
    for (const key of Object.keys(fields)) {
      if (known.includes(key)) continue;
      const near = nearestName(key, known);
      const suggestion = near === undefined ? {} : { suggestion: `Did you mean ${near}?` };
      this.faults.push({ path: `${path}.${key}`, message: "This key is not known.", ...suggestion });
    }
  }

  /** Notes a fault and goes on with a stand-in, so that the remaining faults are found, too. */
  #fault<T>(path: string, message: string, standIn: T): T {
    this.faults.push({ path, message });
    return standIn;
  }
}

type Fields = { readonly [name: string]: unknown };

/** Reads a JSON object of the plugin's folder; a path that leads outside is refused. */
async function readJson(root: string, file: string): Promise<Fields> {
  const path = join(root, file);
  try {
    const [realRoot, real] = await Promise.all([realpath(root), realpath(path)]);
    const inside = relative(realRoot, real);
    if (inside.startsWith("..") || isAbsolute(inside))
      throw new Error("The file lies outside of the package.");
    if ((await stat(real)).size > manifestBytesMax) throw new Error("The file is larger than 1 MiB.");
    const parsed: unknown = JSON.parse(await readFile(real, "utf8"));
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
      throw new Error("It is no object.");
    return parsed as Fields;
  } catch (cause) {
    const faults = [{ path: file, message: "It cannot be read as a JSON object inside the package." }];
    throw new GluttonyError("plugin.manifest_invalid", { file }, { cause, faults });
  }
}
