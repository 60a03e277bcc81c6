import type { Patch } from "./bundle.mjs";

/** A bug that the checks must catch. */
export interface PlantedBug extends Patch {
  readonly number: number;
  readonly name: string;
  readonly title: string;
  /** The test file that catches it, where the simulation does not reach. */
  readonly test?: string;
  /** How the title of the test begins. */
  readonly testTitle?: string;
}

export const simulatedBugs: readonly PlantedBug[];
export const testedBugs: readonly PlantedBug[];
export const plantedBugs: readonly PlantedBug[];
