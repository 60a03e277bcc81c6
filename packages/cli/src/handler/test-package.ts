import { GluttonyError } from "@gluttony/model";
import { fieldsOf } from "../output/fields.ts";
import { readAuthorPackage } from "./author-package.ts";
import { npmExit } from "./npm.ts";

/** Runs the package's own script `test`, where it has one; answers whether. Throws `handler.tests_failed`. */
export async function runOwnTests(root: string): Promise<boolean> {
  const plugin = await readAuthorPackage(root);
  if (typeof fieldsOf(plugin.json["scripts"])["test"] !== "string") return false;
  const code = await npmExit(["run", "test", "--silent"], plugin.root);
  if (code !== 0) throw new GluttonyError("handler.tests_failed", { plugin: plugin.name, exit: code });
  return true;
}
