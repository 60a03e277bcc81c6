import { Command } from "commander";
import type { OutputFormat } from "../output/print.ts";
import { printJson, printLines } from "../output/print.ts";
import { foundSettings } from "../settings/found-setting.ts";
import { outputOption } from "./common-options.ts";

/** `gluttony config get`: values alone, for scripts; a secret is masked. */
export function configGetCommand(): Command {
  return new Command("get")
    .description("the value of a setting of this host, or all that hold, as NAME=value")
    .argument("[name]", "only this setting's value")
    .addOption(outputOption())
    .action((name: string | undefined, { output }: { readonly output: OutputFormat }) => {
      const held = foundSettings(name);
      if (output === "json") return printJson(Object.fromEntries(held.map((one) => [one.name, one.value])));
      if (name !== undefined) return printLines(held.map((one) => one.value ?? ""));
      return printLines(held.flatMap((one) => (one.value === null ? [] : [`${one.name}=${one.value}`])));
    });
}
