import { join, resolve } from "node:path";
import pacote from "pacote";
import { archiveFault } from "./check-archive.ts";

/** Unpacks a package file into a folder of staging; runs nothing and fetches nothing. Answers the folder. */
export async function unpack(file: string, integrity: string, staging: string): Promise<string> {
  const staged = join(staging, "package");
  try {
    // The cache lies in staging, so that a package of an earlier install cannot stand in for this one.
    const options = { cache: join(staging, "cache"), integrity, ignoreScripts: true };
    await pacote.extract(`file:${resolve(file)}`, staged, options);
    return staged;
  } catch (error) {
    throw archiveFault("It cannot be unpacked.", error);
  }
}
