import type { FaultScene } from "./fault-scene.ts";

/** Codes in the consumer's history, where there is one. */
export async function historyCodes(scene: FaultScene): Promise<readonly string[]> {
  const response = await fetch(`${scene.host.url}/api/v1/consumers/patients/history`);
  return response.status === 200
    ? [...(await response.text()).matchAll(/"code":"([^"]+)"/g)].map(([, code = ""]) => code)
    : [];
}
