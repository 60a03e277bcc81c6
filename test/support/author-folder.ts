import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** A handler package as an author has it, in a folder of its own that is gone after the test. */
export interface AuthorFolder extends AsyncDisposable {
  readonly root: string;
  write(name: string, text: string): Promise<void>;
}

/** The handler of {@link authorFolder}: TypeScript, a dependency of either kind, a schema in the code. */
export const authorSource = `import { defineHandler, HandlerError } from "@gluttony/sdk";
import { greet } from "polite";
import rude from "rude";

interface Patient { readonly name: string }

export const onPatient = defineHandler({
  name: "onPatient",
  config: {
    type: "object",
    additionalProperties: false,
    required: ["url"],
    properties: { url: { type: "string" }, limit: { type: "integer", default: 3 } },
  },
  async handle(change, context) {
    const { url, limit } = context.config;
    if (change.operation === "delete") return { filtered: "acme.deleted" };
    const body = JSON.stringify({ greeting: greet(rude.name), limit });
    const { status } = await context.fetch(url, { method: "POST", body });
    if (status !== 200) throw new HandlerError("transient", \`Answered \${status}.\`);
    return undefined;
  },
});
export type { Patient };
`;

const manifest = {
  manifest: 1,
  api: { protocol: [1] },
  handlers: { onPatient: { entry: ".", title: "Greets patients" } },
  permissions: { net: ["http://target.test"] },
};

/** Writes the package with its dependencies; \`json\` replaces parts of its package.json. */
export async function authorFolder(json: object = {}): Promise<AuthorFolder> {
  const folder = await mkdtemp(join(tmpdir(), "gluttony-author-"));
  const write = async (name: string, text: string): Promise<void> => {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  };
  const main = {
    name: "@acme/patients",
    version: "1.2.3",
    description: "Greets patients.",
    license: "Apache-2.0",
    type: "module",
    scripts: { test: "node --test" },
    exports: { ".": { source: "./src/index.ts", default: "./dist/index.js" } },
    dependencies: { polite: "1.0.0", rude: "2.0.0" },
    gluttony: manifest,
    ...json,
  };
  await write("package.json", JSON.stringify(main));
  await write("README.md", "# Patients\n");
  await write("src/index.ts", authorSource);
  await write("fixtures/onPatient.json", JSON.stringify({ config: { url: "http://target.test/add" } }));
  await writeDependencies(write);
  await mkdir(join(folder, "node_modules/@gluttony"), { recursive: true });
  await symlink(join(root, "packages/sdk"), join(folder, "node_modules/@gluttony/sdk"));
  return { root: folder, write, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

async function writeDependencies(write: AuthorFolder["write"]): Promise<void> {
  const polite = { name: "polite", version: "1.0.0", type: "module", license: "MIT", exports: "./index.js" };
  await write("node_modules/polite/package.json", JSON.stringify(polite));
  await write("node_modules/polite/index.js", "export const greet = (name) => `Dear ${name}`;\n");
  await write("node_modules/polite/index.d.ts", "export declare function greet(name: string): string;\n");
  const rude = { name: "rude", version: "2.0.0", license: "(MIT OR ISC)", main: "main.js" };
  await write("node_modules/rude/package.json", JSON.stringify(rude));
  await write("node_modules/rude/main.js", 'exports.name = require("node:path").basename("/a/You");\n');
  await write("node_modules/rude/main.d.ts", "declare const rude: { name: string };\nexport default rude;\n");
}
