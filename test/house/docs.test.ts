import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { codes, isCode, textsOf } from "@gluttony/model";
import { describe, expect, test } from "vitest";
import { createProgram } from "../../packages/cli/src/program.ts";
import { settingEntries } from "../../packages/cli/src/settings/setting-register.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = ["README.md", "CONTRIBUTING.md", ...filesBelow("docs", ".md")];

describe("docs/errors.md", () => {
  const page = read("docs/errors.md");

  test("has one section for every registered code, and none besides", () => {
    const headings = [...page.matchAll(/^## (\S+)$/gm)].map(([, heading = ""]) => heading);

    expect(headings.toSorted()).toEqual(Object.keys(codes).toSorted());
  });

  test("says of every code what the register says", () => {
    const sections = new Map(page.split(/^## /m).map((text) => [text.split("\n", 1)[0], text]));

    const stale = Object.entries(codes).filter(([code, { title, remedy }]) => {
      const section = sections.get(code) ?? "";
      return !section.includes(title) || !section.includes(remedy);
    });

    expect(
      stale.map(([code]) => code),
      "run: node scripts/write-error-docs.mjs",
    ).toEqual([]);
  });
});

test("docs/errors.zh-CN.md says of every code what the register says in Chinese, and of none besides", () => {
  const sections = new Map(
    read("docs/errors.zh-CN.md")
      .split(/^## /m)
      .slice(1)
      .map((text) => [text.split("\n", 1)[0] ?? "", text]),
  );

  const stale = Object.keys(codes)
    .filter(isCode)
    .filter((code) => {
      const { title, remedy } = textsOf(code, "zh-CN");
      const section = sections.get(code) ?? "";
      return !section.includes(title) || !section.includes(remedy);
    });

  expect(stale, "run: node scripts/write-error-docs.mjs").toEqual([]);
  expect(sections.size).toBe(Object.keys(codes).length);
});

test("docs/types.md is what the codec's tables say", () => {
  const printed = spawnSync(process.execPath, [join(root, "scripts", "write-type-docs.mjs"), "--print"], {
    encoding: "utf8",
  });

  expect(printed.stdout === read("docs/types.md"), "run: node scripts/write-type-docs.mjs").toBe(true);
});

test("docs/metrics.md is what the register says", () => {
  const printed = spawnSync(process.execPath, [join(root, "scripts", "write-metric-docs.mjs"), "--print"], {
    encoding: "utf8",
  });

  expect(printed.stdout === read("docs/metrics.md"), "run: node scripts/write-metric-docs.mjs").toBe(true);
});

test.each(pages)("every relative link of %s leads to a file", (page) => {
  const links = [...withoutFences(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);

  const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(page, link));

  expect(broken).toEqual([]);
});

test("every npm script that a page names exists", () => {
  // Ours, and those of a repository that `npm create @gluttony/handler` makes.
  const manifests = ["package.json", "packages/create-handler/template/package.json.template"];
  const scripts = manifests.flatMap((file) => {
    const manifest: unknown = JSON.parse(read(file));
    return Object.keys(Object(Reflect.get(Object(manifest), "scripts")));
  });

  const named = new Set(pages.flatMap((page) => matches(read(page), /npm run ([a-z-]+)/g)));

  expect([...named].filter((script) => !scripts.includes(script))).toEqual([]);
});

test("every command that a page names exists, and the README names every command", () => {
  const program = createProgram();
  const commands = commandPaths(program);

  const named = new Map(pages.map((page) => [page, commandsIn(read(page), program)]));
  const unknown = [...named].flatMap(([page, paths]) =>
    paths.filter((path) => !commands.includes(path)).map((path) => `${page}: gluttony ${path}`),
  );
  const nouns = new Set(commands.flatMap((path) => (path.includes(" ") ? [path.split(" ")[0]] : [])));
  const leaves = commands.filter((path) => !nouns.has(path) && path !== "demo");

  expect(unknown).toEqual([]);
  expect(leaves.filter((path) => !named.get("README.md")?.includes(path))).toEqual([]);
});

test("the README's table of the environment is the register of settings, row by row", () => {
  const rows = [
    ...section(read("README.md"), "Configuration").matchAll(
      /^\| `([A-Z][A-Z0-9_]+)` +\| (.*?) *\| (.*?) *\|$/gm,
    ),
  ].map(([, name, meaning, standard]) => [name, meaning, standard]);

  expect(rows).toEqual(
    settingEntries.flatMap(([name, { meaning, default: standard, isSecret }]) => [
      [name, meaning, standard],
      ...(isSecret === true ? [[`${name}_FILE`, "a file that holds it", "none"]] : []),
    ]),
  );
});

test("the register of settings names every name of the environment that the code reads, and none besides", () => {
  expect(settingEntries.map(([name]) => name).toSorted()).toEqual(namesRead());
});

test("what the code reads as a secret is one in the register, and nothing besides", () => {
  const [, reader = ""] =
    /function readSecrets([^]*?)\n}\n/.exec(read("packages/cli/src/parse-environment.ts")) ?? [];
  const secrets = matches(reader, /: one\("([A-Z_]+)"\)/g);

  expect(
    settingEntries
      .filter(([, { isSecret }]) => isSecret)
      .map(([name]) => name)
      .toSorted(),
  ).toEqual(secrets.toSorted());
});

type Program = Awaited<ReturnType<typeof createProgram>>;

/** Names that every process has; nobody sets them for gluttony. */
const ofEveryProcess = new Set(["HOME", "PATH"]);

function namesRead(): readonly string[] {
  const parser = read("packages/cli/src/parse-environment.ts");
  const named = matches(parser, /(?:(?:read|one)\(|path: )"([A-Z_]+)"/g);
  const elsewhere = readdirSync(join(root, "packages")).flatMap((name) =>
    filesBelow(`packages/${name}/src`, ".ts").flatMap((file) => matches(read(file), /env\["([A-Z_]+)"\]/g)),
  );
  const telemetry = matches(read("packages/cli/src/telemetry-settings.ts"), /"(OTEL_[A-Z_]+)"/g);
  const all = new Set([...named, ...telemetry, ...elsewhere]);
  return [...all].filter((name) => !ofEveryProcess.has(name)).toSorted();
}

/** Every command as it is typed after `gluttony`, nouns alone included. */
function commandPaths(program: Program): readonly string[] {
  return program.commands.flatMap((noun) => [
    noun.name(),
    ...noun.commands.map((verb) => `${noun.name()} ${verb.name()}`),
  ]);
}

/** In code only: prose may say "gluttony makes". */
function commandsIn(page: string, program: Program): readonly string[] {
  const code = [...page.matchAll(/```sh\n([\s\S]*?)```|`([^`\n]+)`/g)].map(
    ([, block, span]) => block ?? span ?? "",
  );
  return code.flatMap((text) => {
    const typed = text.matchAll(/(?:^|\n)(?:gluttony|npm run gluttony --) ([a-z-]+)(?: ([a-z-]+))?/g);
    return [...typed].map(([, noun = "", verb]) =>
      hasVerbs(noun, program) && verb ? `${noun} ${verb}` : noun,
    );
  });
}

function hasVerbs(name: string, program: Program): boolean {
  return program.commands.some((noun) => noun.name() === name && noun.commands.length > 0);
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? join(root, page) : resolve(root, dirname(page), path);
  if (relative(root, file).startsWith("..") || !existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).includes(anchor);
}

function anchorsOf(page: string): readonly string[] {
  const headings = matches(withoutFences(page), /^#+ (.+)$/gm);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

function section(page: string, heading: string): string {
  return page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
}

function withoutFences(page: string): string {
  return page.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** The first groups of all matches, sorted, each once. */
function matches(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found))].toSorted();
}

function filesBelow(folder: string, ending: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .toSorted();
}

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
