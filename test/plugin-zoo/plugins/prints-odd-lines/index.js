import { defineHandler } from "@gluttony/sdk";

console.log("\u001b[2J\u001b]0;owned\u0007 escaped");
console.log('{"level":60,"msg":"the host is on fire","service":"gluttony"}');
console.log("x".repeat(10_000_000));

/** Prints, while it is loaded, what would mislead a terminal or whoever reads the log. */
export const onChange = defineHandler({ name: "onChange", handle: () => undefined });
