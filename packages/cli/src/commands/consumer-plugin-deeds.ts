import { Command } from "commander";
import { type ApiAddress, apiAddressOf, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, itemsOf, shown } from "../output/fields.ts";
import { printJson, printLines } from "../output/print.ts";
import { parseRelease } from "../release-reference.ts";
import { type ApiOptions, outputOption, reasonOption, urlOption } from "./common-options.ts";

interface DeedOptions extends ApiOptions {
  readonly reason?: string;
}

/** `gluttony consumer plugin set`, `unset`, `rollback` and `shadow`, over the admin API. */
export function consumerPluginDeeds(): readonly Command[] {
  return [
    deed("set", "pin a consumer to an installed release in its range")
      .argument("<package@version>", "the release")
      .action((consumer: string, text: string, options: DeedOptions) =>
        withRelease(consumer, text, { options, verb: "pin" }),
      ),
    deed("unset", "let a consumer take the highest active release in its range again").action(
      (consumer: string, options: DeedOptions) => withItsPlugin(consumer, "unpin", options),
    ),
    deed("rollback", "pin a consumer to the release that served it before; needs no network").action(
      (consumer: string, options: DeedOptions) => withItsPlugin(consumer, "roll-back", options),
    ),
    deed("shadow", "give a release the consumer's changes, too, dry, and count how it compares")
      .argument("[package@version]", "the release; left out with --off")
      .option("--off", "end it", false)
      .action(
        (consumer: string, text: string | undefined, options: DeedOptions & { readonly off: boolean }) =>
          options.off
            ? withItsPlugin(consumer, "unshadow", options)
            : withRelease(consumer, text ?? "", { options, verb: "shadow" }),
      ),
  ];
}

function deed(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument("<consumer>", "name or id")
    .addOption(reasonOption())
    .addOption(outputOption())
    .addOption(urlOption());
}

function withRelease(
  consumer: string,
  text: string,
  { options, verb }: { readonly options: DeedOptions; readonly verb: "pin" | "shadow" },
): Promise<void> {
  const { package: plugin, version } = parseRelease(text);
  return perform(apiAddressOf(options.url), { consumer, plugin, verb, body: { version } }, options);
}

/** The plugin of the consumer's own handler. */
async function withItsPlugin(
  consumer: string,
  verb: "unpin" | "roll-back" | "unshadow",
  options: DeedOptions,
): Promise<void> {
  const api = apiAddressOf(options.url);
  const { body } = await askApi(api, { method: "GET", path: pathOf(consumer) });
  const plugin = shown(itemsOf(body)[0]?.["package"]);
  await perform(api, { consumer, plugin, verb, body: {} }, options);
}

interface Asked {
  readonly consumer: string;
  readonly plugin: string;
  readonly verb: string;
  readonly body: Fields;
}

async function perform(
  api: ApiAddress,
  { consumer, plugin, verb, body }: Asked,
  { output, reason }: DeedOptions,
): Promise<void> {
  const path = `${pathOf(consumer)}/${encodeURIComponent(plugin)}:${verb}`;
  const asked = { ...body, ...(reason === undefined ? {} : { reason }) };
  const { body: done } = await askApi(api, { method: "POST", path, body: asked });
  if (output === "json") printJson(done);
  else printLines(deedLines(consumer, fieldsOf(done)));
}

function pathOf(consumer: string): string {
  return `/api/v1/consumers/${encodeURIComponent(consumer)}/plugins`;
}

/** What was changed, and what serves the consumer now. */
function deedLines(consumer: string, { changes, plugin }: Fields): readonly string[] {
  const done = (Array.isArray(changes) ? changes : []).map((change: unknown) => {
    const { do: verb, version } = fieldsOf(change);
    return version === undefined || version === null ? shown(verb) : `${shown(verb)} ${shown(version)}`;
  });
  const users = fieldsOf(plugin)["users"];
  const own = (Array.isArray(users) ? users : []).map(fieldsOf).find(({ name }) => name === consumer);
  const serving = own === undefined ? [] : [`${consumer}: ${shown(own["served"])}`];
  return [...(done.length === 0 ? ["nothing to change"] : done), ...serving];
}
