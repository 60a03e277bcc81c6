import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { changeOf } from "./change-of.ts";
import { fixturePlugin } from "./cells.ts";
import type { Scene } from "./scene.ts";
import { packChanged } from "./pack-plugin.ts";

/** The plugin that is shadowed by other versions of itself. */
export const shadowedPlugin = "@fixtures/registers-once";
/** The origin that it calls. */
export const shadowedOrigin = "${env:EMPI_HOST}";

/** How often a shadow's attempts came to one thing. */
export interface Counted {
  readonly kind: string;
  readonly live: string;
  readonly shadow: string;
  readonly count: string;
}

/** Packs the plugin under another version, with a line before its first call. */
export function shadowedVariant(scene: Scene, version: string, line = ""): Promise<string> {
  return packChanged(fixturePlugin("registers-once"), scene.folder, async (root) => {
    const manifest = join(root, "package.json");
    const json: object = JSON.parse(await readFile(manifest, "utf8"));
    await writeFile(manifest, JSON.stringify({ ...json, version }));
    const code = join(root, "index.js");
    const text = await readFile(code, "utf8");
    const first = 'await send(change, context, "announce");';
    await writeFile(code, text.replace(first, `${line}\n    ${first}`));
  });
}

/** Turns a version on as the shadow of the consumer `ward`; answers what the command said. */
export async function shadowWard(
  scene: Scene,
  version: string,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { code, stderr } = await scene.command(
    ...["plugin", "shadow", `${shadowedPlugin}@${version}`, "--consumer", "ward"],
    ...["--reason", "is it the same?"],
  );
  return { code, stderr };
}

/** How often a host's log says that the version shadows a consumer from now on. */
export function timesItShadows(log: string, version: string): number {
  const lines = log.split("\n").filter((line) => line.includes("a release shadows the consumer"));
  return lines.filter((line) => line.includes(`"${version}"`)).length;
}

/** The changes of so many patients that nobody else sends. */
export function patientsFrom(first: number, count: number): ReturnType<typeof changeOf>[] {
  return Array.from({ length: count }, (_, at) => {
    const id = first + at;
    return changeOf({ id, patient_id: `patient-${id}`, mobile: `138${id}` });
  });
}

/** A target that takes everything, and remembers which paths it was asked for. */
export async function countingTarget() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    request.resume().on("end", () => response.setHeader("content-type", "application/json").end("{}"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return { seen, url: `http://127.0.0.1:${port}`, close };
}
