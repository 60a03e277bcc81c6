import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { GluttonyError } from "@gluttony/model";
/**
 * Ports are taken from below the range from which systems give out the ports of outgoing connections, so that a server
 * that is restarted on its port does not find somebody's connection there.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const TRIES_MAX = 200;
const given = new Set();
/** Finds a port that nobody listens on, and that this process has not given out before. */
export async function freePort() {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (given.has(port)) continue;
    if (!(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new GluttonyError("environment.port_taken", { from: FIRST_PORT, to: LAST_PORT });
}
/**
 * The port of a part: the one that was asked for, else the one it had before on this folder, else a free one. What is
 * written in kept data, such as a connector's configuration, stays true that way.
 */
export async function portOf(folder, name, asked) {
  if (asked !== undefined) {
    await checkPort(asked);
    return asked;
  }
  const file = join(folder, `${name}.port`);
  const before = existsSync(file) ? Number(await readFile(file, "utf8")) : 0;
  const isUsable =
    Number.isInteger(before) && before >= FIRST_PORT && before < LAST_PORT && !given.has(before);
  const port = isUsable && (await isFree(before)) ? before : await freePort();
  given.add(port);
  await writeFile(file, String(port));
  return port;
}
/** Gives ports back, so that the next start in this process on the same folder gets them again. */
export function giveBack(...ports) {
  for (const port of ports) given.delete(port);
}
/** Refuses a port that somebody named and that is taken. */
async function checkPort(port) {
  if (await isFree(port)) return;
  throw new GluttonyError("environment.port_taken", { port });
}
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
