import type { Fault } from "@gluttony/model";
import { type EnvironmentSource, parseEnvironment } from "../parse-environment.ts";
import { missingNames } from "../required-settings.ts";
import type { EnvironmentFile } from "./environment-file.ts";

/** Everything that would keep `gluttony serve` from starting with this environment. */
export function faultsOfServe(source: EnvironmentSource): readonly Fault[] {
  const { settings, faults } = parseEnvironment(source);
  return [...faults, ...missingNames(settings, ["DATABASE_URL", "KAFKA_HOST"])];
}

/** The same of a file, each fault with its line. */
export function faultsOfFile(
  { env, lines, faults }: EnvironmentFile,
  { path, readFile }: { readonly path: string; readonly readFile: EnvironmentSource["readFile"] },
): readonly Fault[] {
  const ofSettings = faultsOfServe({ env, readFile }).map((fault) => {
    const line = lines.get(fault.path);
    return line === undefined ? fault : { ...fault, path: `${path}:${line} ${fault.path}` };
  });
  return [...faults, ...ofSettings];
}
