import type { Metrics } from "@gluttony/runtime";
import type { Logger } from "@gluttony/sdk";
import type { Telemetry } from "@gluttony/telemetry";
import type { Settings } from "./parse-environment.ts";
import { version } from "./version.ts";

/** Tells a collector of what the host does, as far as the environment asks for it; else nothing is loaded and nothing wrapped. */
export async function telemetryOf(
  { telemetry, hostId, face }: Settings,
  { metrics, log }: { readonly metrics: Metrics; readonly log: Logger },
): Promise<Telemetry> {
  if (telemetry === null) return untold;
  const { startTelemetry } = await import("@gluttony/telemetry");
  const resource = {
    "service.name": "gluttony",
    "service.version": version,
    "service.instance.id": hostId,
    ...(face.environment === null ? {} : { "deployment.environment.name": face.environment.name }),
    ...telemetry.resource,
  };
  const exposition = async (): Promise<string> => (await metrics.text()).body;
  return startTelemetry({ ...telemetry, resource }, { version, exposition, log });
}

const untold: Telemetry = {
  plugins: (host) => host,
  positions: (positions) => positions,
  deadLetters: (letters) => letters,
  desired: (desired) => desired,
  connect: (client) => client,
  log: (log) => log,
  close: async () => undefined,
};
