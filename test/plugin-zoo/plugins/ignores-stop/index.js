import { defineHandler } from "@gluttony/sdk";

process.on("SIGTERM", () => undefined);
process.on("uncaughtException", () => undefined);
process.exit = () => undefined;
for (let count = 0; count < 1_000; count += 1) setInterval(() => undefined, 1_000);

/** Will not end: it hears no signal, keeps its loop alive, and its teardown never settles. */
export const onChange = defineHandler({
  name: "onChange",
  handle: () => undefined,
  teardown: () => new Promise(() => undefined),
});
