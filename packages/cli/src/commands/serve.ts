import { codes } from "@gluttony/model";
import { Command } from "commander";
import { requiredSettings } from "../required-settings.ts";
import { serve } from "../serve.ts";

/** A second signal ended the host. */
const hurriedExit = 130;

/** `gluttony serve`: runs this host until SIGTERM or SIGINT; a second one ends it at once. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("run this host: consumers, plugins and the admin API")
    .action(async () => {
      const settings = requiredSettings(["DATABASE_URL", "KAFKA_HOST"]);
      const stop = new AbortController();
      const hurry = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.on(signal, () => {
          if (!stop.signal.aborted) return stop.abort();
          hurry.abort();
          process.exit(hurriedExit);
        });
      }
      const abandoned = await serve(settings, { stop: stop.signal, hurry: hurry.signal });
      // A socket that a peer keeps half open must not keep a stopped host alive.
      process.exit(abandoned === 0 ? 0 : codes["delivery.abandoned"].exit);
    });
}
