import { fileURLToPath } from "node:url";

/** From where their packages are resolved: they are dependencies of this program. */
export const firstPartyFrom: URL = new URL(import.meta.url);

/** The built program, for those who start it again. */
export const programPath: string = fileURLToPath(new URL("../dist/main.js", import.meta.url));
