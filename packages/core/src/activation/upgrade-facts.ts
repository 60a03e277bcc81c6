import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { JsonObject, Release } from "@gluttony/model";
import type { ConfigSchema } from "@gluttony/sdk";
import type { CellMachine } from "../cell/cell-machine.ts";
import { checkConfig } from "../check-config.ts";
import { machineFault } from "../check-machine.ts";
import type { ReferenceValues } from "../expand-references.ts";
import { missingGrants } from "../missing-grants.ts";
import type { HandlerRef } from "../parse-handler-func.ts";
import { handlerOf } from "../resolve-release.ts";
import { mayPin } from "./served-version.ts";

/** A key of a handler's settings that two releases differ in; only the outermost keys are looked at. */
export interface SettingChange {
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Whether the consumer's settings hold it. */
  readonly isSet: boolean;
  /** In the other release, or in this one where that does not know it any more. */
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
}

/** What another release would change for one consumer. */
export interface UpgradeFacts {
  readonly handler: string;
  readonly settings: readonly SettingChange[];
  readonly permissions: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly notGranted: readonly string[];
  };
  /** Everything that would keep the consumer from running, each with its code. */
  readonly blockers: readonly GluttonyError[];
}

/** What a consumer brings along. */
export interface UpgradingUse {
  readonly ref: HandlerRef;
  /** The handler's settings as they are written. */
  readonly config: JsonObject;
}

/** Where the other release would run. */
export interface UpgradePlace {
  readonly machine: CellMachine;
  readonly env: ReferenceValues;
}

/** Says what would change for a consumer that goes from one release to another. Pure; no plugin code runs. */
export function upgradeFacts(
  use: UpgradingUse,
  { from, to }: { readonly from: Release | null; readonly to: Release },
  place: UpgradePlace,
): UpgradeFacts {
  const found = checked(() => handlerOf(use.ref, to));
  const before = from === null ? null : checked(() => handlerOf(use.ref, from));
  const { origins, secrets } = missingGrants(to);
  const notGranted = [...origins, ...secrets.map(secretWord)];
  const [askedNow, askedThen] = [from === null ? [] : askedBy(from), askedBy(to)];
  const facts = { plugin: to.package, version: to.version };
  const blockers = [
    rangeFault(use.ref, to),
    found.fault,
    found.value === null ? null : configFault(use, { schema: found.value.config, to }, place),
    notGranted.length === 0 ? null : new GluttonyError("plugin.permission_missing", { ...facts, notGranted }),
    machineFault(to, place.machine),
  ];
  return {
    handler: found.value?.name ?? use.ref.export ?? "",
    settings: settingChanges(before?.value?.config ?? null, found.value?.config ?? null, use.config),
    permissions: {
      added: askedThen.filter((asked) => !askedNow.includes(asked)),
      removed: askedNow.filter((asked) => !askedThen.includes(asked)),
      notGranted,
    },
    blockers: blockers.filter((fault) => fault !== null),
  };
}

function askedBy({ manifest }: Release): readonly string[] {
  const { net, secrets = [] } = manifest.permissions;
  return [...net, ...secrets.map(secretWord)];
}

function secretWord(name: string): string {
  return `secret ${name}`;
}

function rangeFault({ range }: HandlerRef, { package: plugin, version }: Release): GluttonyError | null {
  return mayPin(version, range)
    ? null
    : new GluttonyError("plugin.pin_out_of_range", { plugin, version, range });
}

function configFault(
  { config }: UpgradingUse,
  { schema, to }: { readonly schema: ConfigSchema; readonly to: Release },
  { env }: UpgradePlace,
): GluttonyError | null {
  const { secrets = [] } = to.manifest.permissions;
  return checked(() => checkConfig(config, schema, { env, secrets })).fault;
}

/** What a check answers, or the fault that it throws. */
function checked<T>(
  check: () => T,
): { readonly value: T; readonly fault: null } | { readonly value: null; readonly fault: GluttonyError } {
  try {
    return { value: check(), fault: null };
  } catch (thrown) {
    return { value: null, fault: toGluttonyError(thrown) };
  }
}

function settingChanges(
  before: ConfigSchema | null,
  after: ConfigSchema | null,
  config: JsonObject,
): readonly SettingChange[] {
  if (before === null || after === null) return [];
  const [were, are] = [keysOf(before), keysOf(after)];
  const names = [...new Set([...were.keys(), ...are.keys()])].toSorted();
  return names.flatMap((name) => {
    const [was, is] = [were.get(name), are.get(name)];
    const key = is ?? was;
    if (key === undefined || was?.text === is?.text) return [];
    const change = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    const { isRequired, hasDefault } = key;
    return [{ name, change, isSet: Object.hasOwn(config, name), isRequired, hasDefault } as const];
  });
}

interface SettingKey {
  /** Its whole schema and whether it is required, to compare. */
  readonly text: string;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
}

function keysOf(schema: ConfigSchema): ReadonlyMap<string, SettingKey> {
  const properties: unknown = Reflect.get(schema, "properties");
  const required: unknown = Reflect.get(schema, "required");
  if (typeof properties !== "object" || properties === null) return new Map();
  const needed = new Set<unknown>(Array.isArray(required) ? required : []);
  return new Map(
    Object.entries(properties).map(([name, one]: [string, unknown]) => {
      const isRequired = needed.has(name);
      const hasDefault = typeof one === "object" && one !== null && Object.hasOwn(one, "default");
      return [name, { text: JSON.stringify([one, isRequired]), isRequired, hasDefault }];
    }),
  );
}
