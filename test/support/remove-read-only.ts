import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";

/** Installed releases are read-only, also their folders, which rm cannot remove unless it is root. */
export async function removeReadOnly(folder: string): Promise<void> {
  await new Promise<void>((resolve) => execFile("chmod", ["-R", "u+w", folder], () => resolve()));
  await rm(folder, { recursive: true, force: true });
}
