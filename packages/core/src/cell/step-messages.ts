import type { Failure } from "@gluttony/model";
import type { OnceClaim } from "../ports.ts";
import { FrameError } from "./frames.ts";
import { objectOf, textOf } from "./messages.ts";

/** A step asks to begin. */
export interface StepClaimMessage {
  readonly request: number;
  readonly attemptId: number;
  readonly name: string;
}

/** A step was done; `request` is the number of its claim. */
export interface StepFinishMessage {
  readonly request: number;
  readonly result: string | null;
}

/** The host's answer to a claim, or to the note of a step's end (no failure means that it was written). */
export interface StepAnsweredMessage {
  readonly request: number;
  readonly answer: { readonly claim: OnceClaim } | { readonly failure: Failure | null };
}

const nameCharactersMax = 1_024;
const resultCharactersMax = 65_536;

export function parseStepClaim(value: unknown): StepClaimMessage {
  const { request, attemptId, name } = objectOf(value, "step");
  if (typeof request !== "number" || typeof attemptId !== "number")
    throw new FrameError("A step has no number.");
  // Longer names are wrong names; they are cut and refused as such.
  const text = typeof name === "string" ? name.slice(0, nameCharactersMax) : "";
  return { request, attemptId, name: text };
}

export function parseStepFinish(value: unknown): StepFinishMessage {
  const { request, result } = objectOf(value, "step");
  if (typeof request !== "number") throw new FrameError("A step has no number.");
  return { request, result: result === null ? null : textOf(result, "result", resultCharactersMax) };
}
