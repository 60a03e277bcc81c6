import { nearestName } from "@gluttony/model";
import type { Fault } from "@gluttony/model";
import { verificationLevels } from "./policy.ts";
import type {
  InstallPolicy,
  NamedRegistry,
  PackageIdentity,
  PackageRule,
  RegistryKey,
  VerificationLevel,
} from "./policy.ts";

const ageHoursDefault = 72;
const ageHoursMax = 24 * 365;
const entriesMax = 1_000;
const namePattern = /^(?:@[a-z0-9][a-z0-9._-]*\/(?:\*|[a-z0-9][a-z0-9._-]*)|[a-z0-9][a-z0-9._-]*)$/;
/** As a secret is referred to everywhere; a token itself in the policy would be read by whoever reads that. */
const tokenPattern = /^\$\{(?:env:[A-Za-z_][A-Za-z0-9_]*|file:\/[^{}]+)\}$/;
const nameHint = "Write a package's full name or @scope/*.";

/** Reads a policy file's JSON. Pure; every fault is found at once, each with its path. */
export function parsePolicy(json: unknown): {
  readonly policy: InstallPolicy;
  readonly faults: readonly Fault[];
} {
  const reader = new PolicyReader();
  return { policy: reader.read(json), faults: reader.faults };
}

type Fields = { readonly [name: string]: unknown };

class PolicyReader {
  readonly faults: Fault[] = [];

  read(json: unknown): InstallPolicy {
    const fields = this.#object(json, "");
    this.#onlyKnown(fields, "", [
      "packages",
      "minimumReleaseAgeHours",
      "ageExemptions",
      "tarballOrigins",
      "registryKeys",
      "registries",
    ]);
    return {
      packages: this.#list(fields.packages, "packages", (one, path) => this.#rule(one, path)),
      minimumReleaseAgeHours: this.#hours(fields.minimumReleaseAgeHours),
      ageExemptions: this.#list(fields.ageExemptions, "ageExemptions", (one, path) => this.#name(one, path)),
      tarballOrigins: this.#list(fields.tarballOrigins, "tarballOrigins", (one, path) =>
        this.#origin(one, path),
      ),
      registryKeys: this.#list(fields.registryKeys, "registryKeys", (one, path) => this.#key(one, path)),
      registries: this.#registries(fields.registries),
    };
  }

  #rule(value: unknown, path: string): PackageRule {
    const fields = this.#object(value, path);
    this.#onlyKnown(fields, `${path}.`, ["match", "level", "identity"]);
    const level = this.#level(fields.level, `${path}.level`);
    const needsIdentity = level === "provenance+identity";
    if (!needsIdentity && fields.identity !== undefined)
      this.#fault(`${path}.identity`, "Only the level provenance+identity looks at it.", null);
    const identity = needsIdentity ? this.#identity(fields.identity, `${path}.identity`) : null;
    return { match: this.#name(fields.match, `${path}.match`), level, identity };
  }

  #level(value: unknown, path: string): VerificationLevel {
    const level = verificationLevels.find((one) => one === value);
    if (level !== undefined) return level;
    return this.#fault(path, `It must be one of ${verificationLevels.join(", ")}.`, "provenance");
  }

  #identity(value: unknown, path: string): PackageIdentity {
    const blank = { issuer: "", repository: "", workflow: "", ref: "" };
    if (value === undefined)
      return this.#fault(
        path,
        "The level provenance+identity needs issuer, repository, workflow and ref.",
        blank,
      );
    const fields = this.#object(value, path);
    this.#onlyKnown(fields, `${path}.`, ["issuer", "repository", "workflow", "ref"]);
    const url = (name: "issuer" | "repository"): string => {
      const text = this.#text(fields[name], `${path}.${name}`);
      if (text === "" || /^https:\/\/[^\s?#]+[^\s?#/]$/.test(text)) return text;
      return this.#fault(`${path}.${name}`, "It must be an https address without a slash at its end.", "");
    };
    return {
      issuer: url("issuer"),
      repository: url("repository"),
      workflow: this.#text(fields.workflow, `${path}.workflow`),
      ref: this.#text(fields.ref, `${path}.ref`),
    };
  }

  #key(value: unknown, path: string): RegistryKey {
    const fields = this.#object(value, path);
    this.#onlyKnown(fields, `${path}.`, ["keyid", "key", "expires", "keytype", "scheme"]);
    const { expires = null } = fields;
    const isDate = expires === null || (typeof expires === "string" && !Number.isNaN(Date.parse(expires)));
    if (!isDate) this.#fault(`${path}.expires`, "It must be a time in ISO 8601, or null.", null);
    return {
      keyid: this.#text(fields.keyid, `${path}.keyid`),
      key: this.#text(fields.key, `${path}.key`),
      expires: typeof expires === "string" ? expires : null,
    };
  }

  #registries(value: unknown): readonly NamedRegistry[] {
    const registries = this.#list(value, "registries", (one, path) => this.#registry(one, path));
    const names = registries.map(({ name }) => name);
    if (new Set(names).size < names.length)
      this.#fault("registries", "No two of them may have one name.", null);
    return registries;
  }

  #registry(value: unknown, path: string): NamedRegistry {
    const fields = this.#object(value, path);
    this.#onlyKnown(fields, `${path}.`, ["name", "url", "token"]);
    const { url, token = null } = fields;
    if (typeof fields.name !== "string" || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(fields.name))
      this.#fault(`${path}.name`, "It must be a name of a-z, 0-9 and hyphen.", null);
    if (typeof url !== "string" || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      this.#fault(`${path}.url`, "It must be an http or https address.", null);
    if (token !== null && (typeof token !== "string" || !tokenPattern.test(token)))
      this.#fault(`${path}.token`, "It must say where the token lies: ${env:NAME} or ${file:/path}.", null);
    return {
      name: String(fields.name),
      url: String(url),
      token: typeof token === "string" ? token : null,
    };
  }

  #hours(value: unknown): number {
    if (value === undefined) return ageHoursDefault;
    if (typeof value === "number" && value >= 0 && value <= ageHoursMax) return value;
    return this.#fault(
      "minimumReleaseAgeHours",
      `It must be a number of hours from 0 to ${ageHoursMax}.`,
      ageHoursDefault,
    );
  }

  #name(value: unknown, path: string): string {
    if (typeof value === "string" && namePattern.test(value)) return value;
    return this.#fault(path, nameHint, "");
  }

  #origin(value: unknown, path: string): string {
    if (typeof value === "string" && URL.canParse(value) && new URL(value).origin === value) return value;
    return this.#fault(path, "It must be an origin such as https://files.example.", "");
  }

  #text(value: unknown, path: string): string {
    if (typeof value === "string" && value !== "") return value;
    return this.#fault(path, "It must be a text.", "");
  }

  #list<T>(value: unknown, path: string, one: (value: unknown, path: string) => T): readonly T[] {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length <= entriesMax)
      return value.map((item, index) => one(item, `${path}[${index}]`));
    return this.#fault(path, `It must be a list of at most ${entriesMax} entries.`, []);
  }

  #object(value: unknown, path: string): Fields {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value));
    return this.#fault(path === "" ? "(the file)" : path, "It must be an object.", {});
  }

  #onlyKnown(fields: Fields, prefix: string, known: readonly string[]): void {
    for (const key of Object.keys(fields)) {
      if (known.includes(key)) continue;
      const near = nearestName(key, known);
      const suggestion = near === undefined ? {} : { suggestion: `Did you mean ${near}?` };
      this.faults.push({ path: `${prefix}${key}`, message: "This key is not known.", ...suggestion });
    }
  }

  #fault<T>(path: string, message: string, standIn: T): T {
    this.faults.push({ path, message });
    return standIn;
  }
}
