import { readFile } from "node:fs/promises";
import type { TestHost } from "../host.ts";

/** Processes that a host runs handlers in. */
export async function childrenOf(host: TestHost): Promise<readonly number[]> {
  if (host.pid === null) return [];
  const text = await readFile(`/proc/${host.pid}/task/${host.pid}/children`, "utf8").catch(() => "");
  return text
    .split(" ")
    .filter((part) => part !== "")
    .map(Number);
}

/** Those of them whose command line names the text, such as the folder of a release. */
export async function childrenNaming(host: TestHost, text: string): Promise<readonly number[]> {
  const children = await childrenOf(host);
  const lines = await Promise.all(
    children.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return children.filter((_pid, at) => lines[at]?.includes(text));
}
