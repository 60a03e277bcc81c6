/**
 * What an install has just done. `offered` and `downloaded` are steps of a registry alone. Killed after any of them, the
 * old state is left; after `recorded`, the new one.
 */
export type InstallStep =
  | "offered"
  | "downloaded"
  | "staged"
  | "unpacked"
  | "inspected"
  | "tried"
  | "placed"
  | "recorded";

/** Hears of every step and is waited for, so that whoever watches can stop the install right there. */
export type StepWatch = (step: InstallStep) => Promise<void>;

/** Nobody watches. */
export const noWatch: StepWatch = () => Promise.resolve();
