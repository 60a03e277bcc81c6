import { effectiveSettings, GluttonyError, type RuntimeSettingName } from "@gluttony/model";
import type { AdminCollaborators } from "../ports.ts";

/** Holds the days of a new token to what was decided; asked at each token. Throws `request.invalid`. */
export async function requireTokenDays(
  days: number,
  name: RuntimeSettingName & `${string}.daysMax`,
  { settings }: Pick<AdminCollaborators, "settings">,
): Promise<void> {
  const { [name]: max } = effectiveSettings((await settings.store.read()).decided);
  if (days <= max) return;
  const fault = { path: "/expiresInDays", message: `Must be at most ${max}.`, suggestion: String(max) };
  throw new GluttonyError("request.invalid", {}, { faults: [fault] });
}
