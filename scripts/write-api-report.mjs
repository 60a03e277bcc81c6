// Writes the report of what the SDK exports, packages/sdk/api/*.md, from the built declarations: one file for each entry
// point. With --check it writes nothing and fails when a report differs, a name is not documented, or the main entry point
// exports more names than a person can keep in mind. Run it after a build.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const sdk = join(root, "packages", "sdk");
const mainNamesMax = 20;
const isCheck = process.argv.includes("--check");

const faults = [];
for (const [entry, target] of Object.entries(readJson(join(sdk, "package.json")).exports)) {
  if (typeof target !== "string") report(entry, join(sdk, target.types));
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
if (faults.length > 0) process.exitCode = 1;

function report(entry, index) {
  const exported = exportedNames(index).map((one) => ({ ...one, text: declarationOf(one) }));
  const specifier = entry === "." ? "@gluttony/sdk" : `@gluttony/sdk${entry.slice(1)}`;
  for (const { name, text } of exported) {
    if (!text.startsWith("/**")) faults.push(`${specifier}: ${name} has no doc comment.`);
  }
  if (entry === "." && exported.length > mainNamesMax) {
    faults.push(`${specifier} exports ${exported.length} names; at most ${mainNamesMax}.`);
  }
  const file = join(sdk, "api", `${entry === "." ? "index" : entry.slice(2)}.md`);
  const page = pageOf(specifier, exported);
  if (!isCheck) write(file, page);
  else if (!existsSync(file) || readFileSync(file, "utf8") !== page) {
    faults.push(`${relative(root, file)} differs from the code. Run: node scripts/write-api-report.mjs`);
  }
}

function pageOf(specifier, exported) {
  const sorted = exported.toSorted((left, right) => (left.name < right.name ? -1 : 1));
  const names = sorted.map(({ name, isType }) => `- \`${name}\`${isType ? " (type)" : ""}`);
  const head = `# ${specifier}\n\nWhat this entry point exports. Written by \`scripts/write-api-report.mjs\`.\n`;
  const declarations = sorted.map(({ text }) => text).join("\n\n");
  return `${head}\n${names.join("\n")}\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
}

/** The names that an index re-exports, with the file of each. Our indexes do nothing else; a test of the house holds it. */
function exportedNames(index) {
  const pattern = /^export (type )?\{([^}]*)\} from "([^"]+)";$/gm;
  return [...readFileSync(index, "utf8").matchAll(pattern)].flatMap(([, type, names, from]) =>
    names
      .split(",")
      .map((name) => name.trim())
      // A list over several lines ends with a comma.
      .filter((name) => name !== "")
      .map((name) => ({
        name,
        isType: type !== undefined,
        file: join(dirname(index), from.replace(/\.[jt]s$/, ".d.ts")),
      })),
  );
}

/** The declarations of one name with their doc comments, all overloads of a function included. */
function declarationOf({ name, file }) {
  const statements = statementsOf(readFileSync(file, "utf8"));
  const declares = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) ${escaped(name)}\\b`,
    "m",
  );
  const found = statements.filter((statement) => declares.test(withoutComment(statement)));
  if (found.length > 0) return found.join("\n");
  const passedOn = exportedNames(file).find((one) => one.name === name);
  if (passedOn !== undefined) return declarationOf(passedOn);
  throw new Error(`${file} does not declare ${name}.`);
}

/** Cuts a declaration file into its top-level statements: each begins at the start of a line. */
function statementsOf(text) {
  const lines = text.split("\n").filter((line) => !line.startsWith("//#"));
  const statements = [];
  let current = [];
  let isComment = false;
  for (const line of lines) {
    const begins = !isComment && /^(?:\/\*\*|export|declare|import|interface|type|class)/.test(line);
    const isContinued = current.length > 0 && current.at(-1).trimEnd().endsWith("*/");
    if (begins && !isContinued && current.length > 0) {
      statements.push(current.join("\n").trimEnd());
      current = [];
    }
    if (line.startsWith("/**")) isComment = true;
    if (line.trimEnd().endsWith("*/")) isComment = false;
    current.push(line);
  }
  statements.push(current.join("\n").trimEnd());
  return statements;
}

function withoutComment(statement) {
  return statement.replace(/^\/\*\*[\s\S]*?\*\//, "").trimStart();
}

function escaped(name) {
  return name.replaceAll("$", "\\$");
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
