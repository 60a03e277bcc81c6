/** Built-in objects that every module of a process shares. */
const shared: readonly (readonly [string, object])[] = [
  ["globalThis", globalThis],
  ["Object.prototype", Object.prototype],
  ["Array.prototype", Array.prototype],
  ["Function.prototype", Function.prototype],
  ["String.prototype", String.prototype],
  ["Number.prototype", Number.prototype],
  ["Promise.prototype", Promise.prototype],
  ["Map.prototype", Map.prototype],
  ["Set.prototype", Set.prototype],
  ["Date.prototype", Date.prototype],
  ["Error.prototype", Error.prototype],
  ["Object", Object],
  ["Array", Array],
  ["Promise", Promise],
  ["Date", Date],
  ["Math", Math],
  ["JSON", JSON],
  ["Reflect", Reflect],
  ["console", console],
  ["process", process],
];

/** Some versions of Node warn, or look for a file, when these are read. */
const notRead: ReadonlySet<PropertyKey> = new Set(["localStorage", "sessionStorage", "navigator"]);
/** What Node itself changes while it runs. */
const restless: ReadonlySet<PropertyKey> = new Set(["exitCode", "_exiting", "domain", "title", "debugPort"]);

/**
 * Remembers what the process shares, and says later what was replaced, removed, or added to a built-in. A new name on
 * `globalThis` is let pass: in a cell nobody else meets it.
 */
export class GlobalsSnapshot {
  readonly #before: ReadonlyMap<string, ReadonlyMap<PropertyKey, unknown>>;
  readonly #env: string;
  readonly #folder: string;

  constructor() {
    // Read once before: many globals are made only when they are first read.
    for (const key of Reflect.ownKeys(globalThis)) if (!notRead.has(key)) valueOf(globalThis, key);
    this.#before = new Map(shared.map(([name, object]) => [name, valuesOf(object)]));
    this.#env = JSON.stringify(process.env);
    this.#folder = process.cwd();
  }

  /** The names of what differs, such as `Array.prototype.flat`. */
  changed(): readonly string[] {
    const names = shared.flatMap(([name, object]) => this.#changedIn(name, object));
    if (JSON.stringify(process.env) !== this.#env) names.push("process.env");
    if (process.cwd() !== this.#folder) names.push("the current folder");
    return names;
  }

  #changedIn(name: string, object: object): readonly string[] {
    const before = this.#before.get(name) ?? new Map<PropertyKey, unknown>();
    const now = valuesOf(object);
    const keys = new Set([...before.keys(), ...now.keys()]);
    return [...keys]
      .filter((key) => (before.has(key) ? !Object.is(before.get(key), now.get(key)) : name !== "globalThis"))
      .map((key) => `${name}.${String(key)}`);
  }
}

function valuesOf(object: object): ReadonlyMap<PropertyKey, unknown> {
  const keys = Reflect.ownKeys(object).filter((key) => !notRead.has(key) && !restless.has(key));
  // Node keeps bookkeeping of its own on the process.
  const stable = object === process ? keys.filter((key) => typeof valueOf(object, key) === "function") : keys;
  return new Map(stable.map((key) => [key, valueOf(object, key)]));
}

/** A getter counts by itself: to call it could have an effect. */
function valueOf(object: object, key: PropertyKey): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (descriptor?.get !== undefined && object !== globalThis) return descriptor.get;
  try {
    return Reflect.get(object, key);
  } catch {
    return descriptor?.get;
  }
}
