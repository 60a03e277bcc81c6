import { Socket } from "node:net";
import { createRequire } from "node:module";
import { CellProgram } from "./cell-program.ts";

// The program inside a cell's process. It runs under Node's permission flags, which let it read its own files,
// the SDK and the release, and it imports nothing else of the host.

const framesFd = 3;

// Taken before any plugin code runs, which may replace it.
const exit = process.exit.bind(process);

const require = createRequire(import.meta.url);
const { version } = require("@gluttony/sdk/package.json") as { version: string };

const channel = new Socket({ fd: framesFd, readable: true, writable: true });
// Without the host there is nobody to answer, and a cell must never outlive it.
channel.on("close", () => exit(0));
channel.on("error", () => exit(0));

const program = new CellProgram(channel, { exit, sdkVersion: version });
// A promise that a handler forgot belongs to no record; it must not end the process for all of them.
process.on("unhandledRejection", (reason) => program.noteStray(reason));
program.greet();
