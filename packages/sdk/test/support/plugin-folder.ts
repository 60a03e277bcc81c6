import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What a plugin of a test is made of. */
export interface PluginParts {
  /** The module; its exports are what the manifest lists. */
  readonly code: string;
  /** What is added to, or replaces, the parts of `package.json`. */
  readonly json?: object;
  readonly handler?: object;
  readonly files?: { readonly [name: string]: string };
}

/** A plugin in a folder of its own that is gone after the test. */
export interface PluginFolder extends AsyncDisposable {
  readonly root: string;
}

/** Writes a plugin with one handler named `onChange`, beside a link to the SDK. */
export async function pluginFolder({ code, json, handler, files = {} }: PluginParts): Promise<PluginFolder> {
  const root = await mkdtemp(join(tmpdir(), "gluttony-plugin-"));
  const manifest = {
    name: "@example/tested",
    version: "1.0.0",
    type: "module",
    exports: { ".": "./index.js" },
    gluttony: {
      manifest: 1,
      api: { protocol: [1] },
      handlers: { onChange: { entry: ".", export: "onChange", ...handler } },
      permissions: { net: ["http://target.test"] },
    },
    ...json,
  };
  await writeFile(join(root, "package.json"), JSON.stringify(manifest));
  await writeFile(join(root, "index.js"), code);
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  await mkdir(join(root, "node_modules/@gluttony"), { recursive: true });
  await symlink(resolve(import.meta.dirname, "../.."), join(root, "node_modules/@gluttony/sdk"));
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}
