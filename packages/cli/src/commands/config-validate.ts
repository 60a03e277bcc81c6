import { type Fault, GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import type { OutputFormat } from "../output/print.ts";
import { printJson, printLines } from "../output/print.ts";
import { processEnvironment } from "../parse-environment.ts";
import { readEnvironmentFile } from "../settings/environment-file.ts";
import { faultsOfFile, faultsOfServe } from "../settings/validate-settings.ts";
import { outputOption } from "./common-options.ts";

/** `gluttony config validate`: everything that would keep a host from starting, at once; asks no service. */
export function configValidateCommand(): Command {
  return new Command("validate")
    .description("check the settings of this host, or of a file with NAME=value lines, before it is started")
    .argument("[file]", "as systemd's EnvironmentFile and Compose's env_file; - for stdin")
    .addOption(outputOption())
    .action((file: string | undefined, { output }: { readonly output: OutputFormat }) => {
      const faults = faultsOf(file);
      const ok = faults.length === 0;
      if (output === "json") printJson({ command: "config validate", ok, result: faults });
      if (!ok) throw new GluttonyError("config.invalid", { faults: faults.length }, { faults });
      if (output === "table") printLines(["A host can start with these settings."]);
    });
}

function faultsOf(file: string | undefined): readonly Fault[] {
  if (file === undefined) return faultsOfServe(processEnvironment);
  return faultsOfFile(readEnvironmentFile(file), { path: file, readFile: processEnvironment.readFile });
}
