#!/usr/bin/env node
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { createRepository } from "./create-repository.ts";
import { parseArguments } from "./parse-arguments.ts";
import type { Wish } from "./parse-arguments.ts";

const usage = `Makes the repository of a gluttony handler in an empty folder.

  npm create @gluttony/handler [folder] -- [options]

  --name <package>     name of the npm package (default: the folder's name)
  --handler <export>   name of the handler (default: onChange)
  --sdk <spec>         @gluttony/sdk as npm takes it: a version, a file, a folder
  --program <spec>     gluttony as npm takes it
  --no-install         do not run npm install
`;

const usageExit = 2;
const environmentExit = 3;

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2), process.cwd());
  if ("help" in parsed) return say(usage, 0);
  if ("faults" in parsed) return complain(parsed.faults.join("\n"), usageExit);
  const { wish } = parsed;
  const obstacle = await createRepository(wish, template());
  if (obstacle !== null) return complain(obstacle, usageExit);
  const installed = wish.isInstalled ? await install(wish.folder) : 0;
  if (installed !== 0)
    return complain(`npm install ended with ${installed} in ${wish.folder}.`, environmentExit);
  return say(next(wish), 0);
}

function template(): { readonly folder: string; readonly version: string } {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { folder: join(root, "template"), version };
}

function next({ folder, isInstalled }: Wish): string {
  const below = relative(process.cwd(), folder);
  const steps = [
    ...(below === "" ? [] : [`cd ${below}`]),
    ...(isInstalled ? [] : ["npm install"]),
    "npm test",
    "npm run pack",
  ];
  return `Made ${folder}. Next:\n\n${steps.map((step) => `  ${step}\n`).join("")}`;
}

/** npm beside the Node that runs this, even when another stands first on the path. */
function install(folder: string): Promise<number> {
  const beside = join(dirname(process.execPath), "npm");
  const npm = existsSync(beside) ? beside : "npm";
  const child = spawn(npm, ["install", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  return new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

function say(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exitCode = await main();
