import type { Release } from "@gluttony/model";
import { defaultMachine } from "../cell/cell-machine.ts";
import type { CellMachine } from "../cell/cell-machine.ts";
import { defaultCellOptions } from "../cell/cell-options.ts";
import type { CellCollaborators } from "../cell/cell-plan.ts";
import { startProcessCell } from "../cell/start-process-cell.ts";
import { checkMachine } from "../check-machine.ts";
import { handlerEntries } from "../entry-url.ts";

const trialEndMs = 5_000;

/**
 * Loads a release in a cell of its own and ends it again: it greets, imports, exports what its manifest lists,
 * and sets up. It reaches no target. Throws GluttonyError with what is wrong.
 */
export async function tryRelease(
  release: Release,
  log: CellCollaborators["log"],
  machine: CellMachine = defaultMachine(),
): Promise<void> {
  checkMachine(release, machine);
  const plan = { release, handlers: handlerEntries(release), origins: [] };
  const options = { ...defaultCellOptions, machine };
  const cell = await startProcessCell(plan, { log, targets: noTargets, once: noLedger }, options);
  await cell.drain(trialEndMs);
}

const refused = {
  kind: "config",
  code: "target.not_granted",
  message: "A trial cell reaches no target.",
} as const;

const noTargets: CellCollaborators["targets"] = { call: async () => ({ failure: refused }) };

// No record runs in a trial, so no step can ask.
const noLedger: CellCollaborators["once"] = {
  claim: () => Promise.reject(new Error("A trial cell has no ledger.")),
  finish: () => Promise.reject(new Error("A trial cell has no ledger.")),
  release: () => Promise.reject(new Error("A trial cell has no ledger.")),
};
