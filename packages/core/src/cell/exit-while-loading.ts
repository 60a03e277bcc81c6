import type { Code } from "@gluttony/model";

/** Signals that come from outside: a person, the kernel that is out of memory, the end of the machine. */
const outside: ReadonlySet<string> = new Set(["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"]);

/**
 * What the end of a process says that still loaded its plugin. One that was killed says nothing of the plugin: its start is tried
 * again. Any other end is the plugin's own.
 */
export function exitWhileLoading(
  code: number | null,
  signal: string | null,
): { readonly code: Code; readonly detail: string } {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const isKilled = signal !== null && outside.has(signal);
  return {
    code: isKilled ? "plugin.start_killed" : "plugin.import_failed",
    detail: `The process ended ${how} while the plugin was loaded.`,
  };
}
