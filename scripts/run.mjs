// Brings a fresh clone to the point where a command can run: dependencies, build, then the command itself.
// Needs nothing but Node and npm; pnpm is run at its pinned version through npm.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { runTests } from "./run-tests.mjs";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const environmentExit = 3;

const [command = "", ...args] = process.argv.slice(2);
const isJson = args.includes("--json");

const commands = {
  build: async () => {},
  demo: async () => runProgram(["demo", ...args]),
  gluttony: async () => runProgram(args),
  test: async () => test(),
  bench: async () => exitWith(await run(process.execPath, [join(root, "bench", "run.mjs"), ...args])),
  simulate: async () =>
    exitWith(await run(process.execPath, [join(root, "test", "simulation", "simulate.mjs"), ...args])),
  fuzz: async () => exitWith(await run(process.execPath, [join(root, "test", "fuzz", "fuzz.mjs"), ...args])),
  check: async () => check(),
  faults: async () => faults(),
};

const chosen = commands[command];
if (chosen === undefined) {
  process.stderr.write(`No such command: ${command}. One of: ${Object.keys(commands).join(", ")}\n`);
  process.exit(2);
}
requireNode();
await step("install", install);
await step("build", () => run(bin("tsc"), ["-b", "tsconfig.json"]));
await chosen();

/** Everything: the checks that need no services, then all tests. With arguments only the tests they name. */
async function test() {
  if (args.length > 0) return exitWith(await run(bin("vitest"), ["run", ...args]));
  await check({ withUnitTests: false });
  exitWith(await runTests({ vitest: bin("vitest"), cwd: root }));
}

/** Every row of the fault matrix, or those named. The table in the documentation is written from what ran; other rows stay. */
async function faults() {
  const named = args.filter((arg) => /^(F\d+[a-z]?|kills|churn)$/.test(arg));
  const env = { FAULTS: named.length === 0 ? "all" : named.join(" "), ...numbersOf(["kills", "seed"]) };
  const status = await run(bin("vitest"), ["run", "--project", "end-to-end", "test/end-to-end/faults"], {
    env,
  });
  await run(process.execPath, [join(root, "scripts", "write-fault-table.mjs")]);
  exitWith(status);
}

/** `--kills 200` as `KILLS=200` in the environment, for those of the names that are given. */
function numbersOf(names) {
  return Object.fromEntries(
    names.flatMap((name) => {
      const at = args.indexOf(`--${name}`);
      return at < 0 ? [] : [[name.toUpperCase(), args[at + 1] ?? ""]];
    }),
  );
}

/** Format, lint, types, unit and house tests, then what the packages look like from outside: the cheapest first. */
async function check({ withUnitTests = true } = {}) {
  const packages = members("tsconfig.json", ["packages", "plugins"]);
  const steps = [
    ["format", bin("biome"), ["ci", "--linter-enabled=false", "."]],
    ["lint", bin("oxlint"), ["--type-aware", "--deny-warnings"]],
    ...packages.map((path) => [`types ${dirname(path)}`, bin("tsc"), ["-p", path]]),
    ["types test", bin("tsc"), ["-p", "test/tsconfig.json"]],
    ...(withUnitTests ? [["unit", bin("vitest"), ["run", "--project", "unit"]]] : []),
    ["api report", process.execPath, [join(root, "scripts", "write-api-report.mjs"), "--check"]],
    ["knip", bin("knip"), ["--no-config-hints"]],
    ...["sdk", "model", "core", "cli", "create-handler"].map((name) => [
      `publint ${name}`,
      bin("publint"),
      ["--pack", "npm", `packages/${name}`],
    ]),
  ];
  for (const [name, file, parameters] of steps) {
    const startedMs = performance.now();
    const status = await run(file, parameters);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    process.stdout.write(`${status === 0 ? "ok" : "FAILED"}  ${name}  ${seconds} s\n`);
    if (status !== 0) process.exit(status);
  }
}

/** Installs when the lockfile or a manifest differs from what was installed last. */
async function install() {
  const files = [
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    "package.json",
    ...members("package.json", ["packages", "plugins"]),
  ];
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  const digest = hash.digest("hex");
  const stamp = join(root, "node_modules", ".gluttony-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return 0;
  const parameters = [
    "exec",
    "--yes",
    "--",
    `pnpm@${manifest.config.pnpm}`,
    "install",
    "--frozen-lockfile",
    "--prefer-offline",
  ];
  const status = await run(npm(), parameters, { isQuiet: true });
  if (status === 0) {
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, digest);
  }
  return status;
}

async function step(name, work) {
  const startedMs = performance.now();
  const status = await work();
  const ms = Math.round(performance.now() - startedMs);
  const isShown = command === "demo" || status !== 0;
  if (isShown && isJson) process.stdout.write(`${JSON.stringify({ step: name, ok: status === 0, ms })}\n`);
  else if (isShown)
    process.stdout.write(` ${status === 0 ? "✓" : "✕"} ${name.padEnd(72)}${(ms / 1000).toFixed(1)} s\n`);
  if (status !== 0) process.exit(command === "demo" ? environmentExit : 1);
}

/** Runs the built program in this process, so that signals reach it at once. */
async function runProgram(parameters) {
  const main = join(root, "packages", "cli", "dist", "main.js");
  process.argv = [process.execPath, main, ...parameters];
  await import(pathToFileURL(main).href);
}

function run(file, parameters, { isQuiet = false, env = {} } = {}) {
  return new Promise((resolve) => {
    const stdio = isQuiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"];
    const child = spawn(file, parameters, { cwd: root, stdio, env: { ...process.env, ...env } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output = (output + chunk).slice(-8_000);
      });
    }
    // The child hears Ctrl-C itself; this process waits for it.
    const ignore = () => {};
    process.on("SIGINT", ignore);
    child.on("error", (error) => {
      process.stderr.write(`${file}: ${error.message}\n`);
      resolve(1);
    });
    child.on("close", (code, signal) => {
      process.off("SIGINT", ignore);
      if (isQuiet && code !== 0) process.stderr.write(`${output.split("\n").slice(-20).join("\n")}\n`);
      resolve(signal === null ? (code ?? 1) : 130);
    });
  });
}

/** The paths of one file in every member of the workspace. */
function members(file, folders) {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name, file)))
    .filter((path) => existsSync(join(root, path)));
}

function bin(name) {
  return join(root, "node_modules", ".bin", name);
}

/** npm beside the Node that runs this, even when another stands first on the path. */
function npm() {
  const beside = join(dirname(process.execPath), "npm");
  return existsSync(beside) ? beside : "npm";
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  process.stderr.write(
    `gluttony needs Node 20.19 or newer; this is ${process.version}. Install a newer Node.\n`,
  );
  process.exit(environmentExit);
}

function exitWith(status) {
  process.exitCode = status;
}
