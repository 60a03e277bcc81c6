import { Command } from "commander";
import type { OutputFormat } from "../output/print.ts";
import { printListing } from "../output/print.ts";
import type { SettingShown } from "../settings/explain-settings.ts";
import { foundSettings } from "../settings/found-setting.ts";
import { outputOption } from "./common-options.ts";

/** `gluttony config explain`: what each setting of this host is, where that is from, and what it does. */
export function configExplainCommand(): Command {
  return new Command("explain")
    .description("what holds on this host: each setting, where it is from, and what it does")
    .argument("[name]", "only this setting, with everything about it")
    .addOption(outputOption())
    .action((name: string | undefined, { output }: { readonly output: OutputFormat }) => {
      const settings = foundSettings(name);
      const [only] = settings;
      if (name !== undefined && only !== undefined)
        return printListing({ header: ["FIELD", "VALUE"], rows: rowsOf(only), value: only }, output);
      const rows = settings.map((one) => [one.name, one.value ?? "–", one.origin, one.meaning]);
      return printListing(
        { header: ["SETTING", "VALUE", "FROM", "MEANING"], rows, value: { items: settings } },
        output,
      );
    });
}

function rowsOf({ name, value, origin, file, meaning, default: usual, faults }: SettingShown): string[][] {
  return [
    ["setting", name],
    ["value", value ?? "–"],
    ["from", file === null ? origin : `${origin} ${file}`],
    ["meaning", meaning],
    ["default", usual],
    ...faults.map(({ message, suggestion }) => [
      "fault",
      suggestion === undefined ? message : `${message} → ${suggestion}`,
    ]),
  ];
}
