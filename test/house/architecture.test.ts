import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Rank of every package; an import goes down in rank. `docs/architecture.md` says which question each answers. */
const rankByPackage: ReadonlyMap<string, number> = new Map([
  ["sdk", 0],
  ["create-handler", 0],
  ["model", 1],
  ["core", 2],
  ["egress", 2],
  ["runtime", 3],
  ["kafka", 4],
  ["postgres", 4],
  ["connect", 4],
  ["admin", 4],
  ["telemetry", 4],
  ["cli", 5],
]);

const linesMax = 300;
/** Files that read better whole: what is in them is one list, or one order. */
const longFiles: ReadonlyMap<string, string> = new Map([
  ["packages/runtime/src/consume.ts", "the order of a record's steps, in one place"],
]);

const packages = readdirSync(join(root, "packages")).filter((name) =>
  existsSync(manifestOf("packages", name)),
);
const outsiders = ["plugins", "examples"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => existsSync(manifestOf(folder, name)))
    .map((name) => join(folder, name)),
);
const sources = packages.flatMap((name) => filesBelow(join("packages", name, "src")));

describe("packages", () => {
  test("each has a rank", () => {
    expect(packages.toSorted()).toEqual([...rankByPackage.keys()].toSorted());
  });

  test.each(packages)("%s depends on packages of a lower rank only", (name) => {
    const upward = ours(dependenciesOf(join("packages", name)))
      .filter((other) => rankByPackage.has(other))
      .filter((other) => rankOf(other) >= rankOf(name));

    expect(upward).toEqual([]);
  });

  test.each(packages)("%s imports what its manifest lists, and its own files", (name) => {
    const declared = dependenciesOf(join("packages", name));
    const own = `${join("packages", name)}/`;

    const strangers = filesBelow(join("packages", name, "src")).flatMap((file) =>
      importsOf(file).filter((specifier) => {
        if (specifier.startsWith(".")) return !join(dirname(file), specifier).startsWith(own);
        return !specifier.startsWith("node:") && !declared.includes(packageOf(specifier));
      }),
    );

    expect(strangers).toEqual([]);
  });

  test("each third-party library has one owner", () => {
    const owners = new Map<string, string[]>();
    for (const name of packages) {
      for (const library of dependenciesOf(join("packages", name)).filter((other) => !isOurs(other)))
        owners.set(library, [...(owners.get(library) ?? []), name]);
    }

    expect([...owners].filter(([, names]) => names.length > 1)).toEqual([]);
  });

  test("the SDK depends on nothing", () => {
    expect(dependenciesOf("packages/sdk")).toEqual([]);
  });
});

test.each(outsiders)("%s knows nothing of ours but the SDK", (folder) => {
  const depended = dependenciesOf(folder).filter(isOurs);
  const imported = filesBelow(join(folder, "src")).flatMap(importsOf).filter(isOurs).map(packageOf);
  const outside = filesBelow(join(folder, "src")).flatMap((file) =>
    importsOf(file).filter(
      (path) => path.startsWith(".") && !join(dirname(file), path).startsWith(`${folder}/`),
    ),
  );

  expect([...new Set([...depended, ...imported])].filter((name) => name !== "@gluttony/sdk")).toEqual([]);
  expect(outside).toEqual([]);
});

describe("sources", () => {
  test("every index.ts re-exports by name and does nothing else", () => {
    const reExport = /^export (?:type )?\{[^}*]*\} from "[^"]+";$/;

    const others = sources
      .filter((file) => file.endsWith("/index.ts"))
      .filter((file) => statementsOf(file).some((statement) => !reExport.test(statement)));

    expect(others).toEqual([]);
  });

  test(`none is longer than ${linesMax} lines without a reason`, () => {
    const long = sources.filter((file) => read(file).trimEnd().split("\n").length > linesMax);

    expect(long.filter((file) => !longFiles.has(file))).toEqual([]);
  });

  test("none has a default export", () => {
    const pattern = /^export default\b|^export \{[^}]*\bas default\b/m;

    expect(sources.filter((file) => pattern.test(read(file)))).toEqual([]);
  });

  test("all are named in kebab-case", () => {
    const odd = sources.filter((file) => !/\/[a-z0-9]+(?:-[a-z0-9]+)*\.ts$/.test(file));

    expect(odd).toEqual([]);
  });
});

function manifestOf(folder: string, name: string): string {
  return join(root, folder, name, "package.json");
}

/** What a package needs at run time, by name. */
function dependenciesOf(folder: string): readonly string[] {
  const manifest: unknown = JSON.parse(read(join(folder, "package.json")));
  return ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((field) =>
    Object.keys(Object(Reflect.get(Object(manifest), field))),
  );
}

function isOurs(name: string): boolean {
  return name === "gluttony" || name.startsWith("@gluttony/");
}

/** Our packages among the names, by their folder; `gluttony` itself lies in `cli`. */
function ours(names: readonly string[]): readonly string[] {
  return names.filter(isOurs).map((name) => (name === "gluttony" ? "cli" : name.replace("@gluttony/", "")));
}

function rankOf(name: string): number {
  return rankByPackage.get(name) ?? Number.NaN;
}

/** `@scope/name/sub` is of `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function importsOf(file: string): readonly string[] {
  const pattern = /^(?:import|export)\b[^"';]*?from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm;
  return [...withoutComments(read(file)).matchAll(pattern)].map(
    ([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? "",
  );
}

function statementsOf(file: string): readonly string[] {
  return withoutComments(read(file))
    .split(/(?<=;)\n/)
    .map((statement) => statement.replaceAll(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:ts|js)$/.test(name))
    .map((name) => relative(root, join(root, folder, name)));
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
