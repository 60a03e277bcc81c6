import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
/** Makes a folder once and keeps it: many callers may race, one result stays, nobody sees a half-made one. */
export async function makeOnce(folder, make) {
  if (existsSync(folder)) return folder;
  const half = `${folder}.half-${process.pid}-${Date.now()}`;
  try {
    await make(half);
    await rename(half, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return folder;
}
