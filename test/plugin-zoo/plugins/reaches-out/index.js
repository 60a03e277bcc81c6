import { defineHandler } from "@gluttony/sdk";

const ways = {
  "host-file": async () => (await import("node:fs")).readFileSync("/etc/hostname"),
  link: async () => (await import("node:fs")).readFileSync(new URL("./link.txt", import.meta.url)),
  dots: async () =>
    (await import("node:fs")).readFileSync(new URL("../../../../package.json", import.meta.url)),
  environ: async () => (await import("node:fs")).readFileSync("/proc/self/environ"),
  processes: async () => (await import("node:fs")).readdirSync("/proc"),
  import: () => import("../calm/index.js"),
  write: async () => (await import("node:fs")).writeFileSync(new URL("./own.txt", import.meta.url), "x"),
  "write-folder": async () => (await import("node:fs")).writeFileSync("left-behind.txt", "x"),
  spawn: async () => {
    const { spawn } = await import("node:child_process");
    const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
  },
  worker: async () => new (await import("node:worker_threads")).Worker("for(;;);", { eval: true }),
  inspector: async () => (await import("node:inspector")).open(0),
  wasi: async () => new (await import("node:wasi")).WASI({ version: "preview1" }),
  addon: async () => process.dlopen({ exports: {} }, "/lib/x86_64-linux-gnu/libc.so.6"),
  binding: () => process.binding("fs"),
  "code-from-text": () => Reflect.construct(Function, ["return 1"])(),
};

/** Tries to reach what is not its own; the row says by which way. Filtered as "reached" when it succeeds. */
export const onChange = defineHandler({
  name: "onChange",
  async handle(change) {
    if (change.after.do === "version") return { filtered: `node-${process.versions.node}` };
    const way = ways[change.after.do];
    if (way === undefined) return undefined;
    await way();
    return { filtered: "reached" };
  },
});
