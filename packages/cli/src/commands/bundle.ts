import { writeFileSync } from "node:fs";
import { GluttonyError } from "@gluttony/model";
import { Command } from "commander";
import { apiAddressOf, askApi } from "../api-client.ts";
import { printJson, printLines } from "../output/print.ts";
import { type ApiOptions, outputOption, reasonOption, urlOption } from "./common-options.ts";

/** Milliseconds: a host takes at most 20 s to gather it. */
const bundleTimeoutMs = 60_000;

interface BundleOptions extends ApiOptions {
  readonly file?: string;
  readonly reason?: string;
}

/** `gluttony bundle`: what helps somebody elsewhere to understand this installation, in one file. */
export function bundleCommand(): Command {
  return new Command("bundle")
    .description("pack what a host and everything on it look like into one file, without rows and secrets")
    .option("--file <file>", "where to write it; - for stdout (default: gluttony-diagnostics-TIME.tar.gz)")
    .addOption(reasonOption())
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async ({ file, reason, output, url }: BundleOptions) => {
      const { bytes } = await askApi(apiAddressOf(url), {
        method: "POST",
        path: "/api/v1/diagnostics:bundle",
        body: reason === undefined ? {} : { reason },
        timeoutMs: bundleTimeoutMs,
      });
      if (file === "-") return void process.stdout.write(bytes);
      const path = file ?? `gluttony-diagnostics-${new Date().toISOString().replaceAll(/[:.]/g, "-")}.tar.gz`;
      writeNew(path, bytes);
      if (output === "json") printJson({ file: path, bytes: bytes.length });
      else
        printLines([
          `${path}: ${bytes.length} bytes`,
          "manifest.json in it says what it holds, and what was left out and why. Look through it before you send it.",
        ]);
    });
}

/** For its owner alone, and over nothing that is there. */
function writeNew(path: string, bytes: Uint8Array): void {
  try {
    writeFileSync(path, bytes, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    const errno: unknown = Reflect.get(Object(cause), "code");
    const message = errno === "EEXIST" ? "Is there already." : "The file cannot be written.";
    throw new GluttonyError("config.invalid", {}, { cause, faults: [{ path, message }] });
  }
}
