// @ts-check
// Checks every promise that the host relies on, in a process of its own. Where @gluttony/core is installed, too, it also
// loads the package in a real cell.
import { conformance } from "@gluttony/sdk/testing";

const { broken, notChecked } = await conformance({ root: new URL("..", import.meta.url).pathname });
for (const { code, handler, message } of broken) console.error(`${code} ${handler ?? ""}: ${message}`);
for (const { what, why } of notChecked) console.log(`Not checked: ${what}. ${why}`);
if (broken.length > 0) process.exitCode = 1;
else console.log("Every promise is kept.");
