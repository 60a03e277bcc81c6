import type { CellLease, ResolvedHandler } from "@gluttony/core";
import { type Consumer, GluttonyError, isCode } from "@gluttony/model";
import { cellConsumerOf } from "./cell-consumer-of.ts";

/**
 * Gives a cell back and throws when the handler's own schema refuses the settings (`handler.config_refused`), so that they are heard of before
 * a record meets them. A schema that has no say refuses nothing.
 */
export async function requireSettings(
  lease: CellLease,
  consumer: Consumer,
  resolved: ResolvedHandler,
): Promise<void> {
  const failure = await lease.cell.checkSettings(cellConsumerOf(consumer, resolved));
  if (failure === null) return;
  await lease.release();
  const { package: plugin, version } = resolved.release;
  const code = isCode(failure.code) ? failure.code : "handler.config_refused";
  const faults = [{ path: "configuration.handler", message: failure.message }];
  throw new GluttonyError(code, { plugin, version }, { faults });
}
