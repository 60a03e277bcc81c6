import { type InstallPolicy, type RegistryAddress, isAllowed } from "@gluttony/core";
import { createHttpClient, type HttpAnswer } from "@gluttony/egress";
import { GluttonyError } from "@gluttony/model";
import { fieldsOf } from "../output/fields.ts";

/** A package that a registry found. All texts are somebody else's, in one printable line. */
export interface FoundPackage {
  readonly package: string;
  readonly version: string;
  readonly description: string;
  /** Whether the policy of this machine lets it in. */
  readonly isAllowed: boolean;
}

const timeoutMs = 15_000;
const foundMax = 20;
const charactersMax = 120;
const answerBytesMax = 4 * 1024 * 1024;

/** Searches a registry by text, as npm does; at most twenty are found. Throws `plugin.registry_*`, `plugin.metadata_invalid`. */
export async function searchRegistry(
  text: string,
  { url, token }: RegistryAddress,
  policy: InstallPolicy,
): Promise<readonly FoundPackage[]> {
  await using http = createHttpClient({ answerBytesMax });
  const address = new URL("-/v1/search", url.endsWith("/") ? url : `${url}/`);
  address.search = new URLSearchParams({ text, size: String(foundMax) }).toString();
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const answer = await http.request({ url: address.href, method: "GET", timeoutMs, headers });
  if ("fault" in answer)
    throw new GluttonyError("plugin.registry_unreachable", { seen: answer.fault.reason });
  const objects = objectsIn(answer);
  return objects.slice(0, foundMax).flatMap((one) => {
    const { name, version, description } = fieldsOf(fieldsOf(one)["package"]);
    if (typeof name !== "string" || typeof version !== "string") return [];
    const found = { package: printable(name), version: printable(version) };
    return [{ ...found, description: printable(description), isAllowed: isAllowed(name, policy) }];
  });
}

function objectsIn({ status, json }: HttpAnswer): readonly unknown[] {
  if (status === 401 || status === 403) throw new GluttonyError("plugin.registry_login_refused", { status });
  if (status !== 200) throw new GluttonyError("plugin.registry_unreachable", { status });
  const { objects } = fieldsOf(json);
  if (Array.isArray(objects)) return objects;
  throw new GluttonyError("plugin.metadata_invalid", { seen: "no list of packages" });
}

function printable(text: unknown): string {
  return typeof text === "string" ? text.replaceAll(/\p{C}+/gu, " ").slice(0, charactersMax) : "";
}
