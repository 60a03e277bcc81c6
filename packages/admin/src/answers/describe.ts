import type { TSchema } from "@sinclair/typebox";
import { problemAnswer } from "./problem.ts";

/** What the reference page says of a route. */
export interface RouteDescription {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly response: { readonly [status: string]: unknown };
}

const problem = problemOf(problemAnswer);

function problemOf(schema: TSchema): object {
  return {
    description: "What is wrong, where, and what to do.",
    content: { "application/problem+json": { schema } },
  };
}

/**
 * Describes a route by its noun, a sentence, and its answers by status; null is an answer without a body. Problems need
 * no mention, unless one tells more than others.
 */
export function describe(
  tag: string,
  summary: string,
  answers: { readonly [status: number]: TSchema | null },
): RouteDescription {
  const told = Object.entries(answers).map(([status, schema]) => {
    const isProblem = schema !== null && Number(status) >= 400;
    return [status, isProblem ? problemOf(schema) : answerOf(schema)] as const;
  });
  return { tags: [tag], summary, response: { ...Object.fromEntries(told), "4xx": problem, "5xx": problem } };
}

function answerOf(schema: TSchema | null): unknown {
  if (schema === null) return { description: "Done.", type: "null" };
  return { description: "Done.", content: { "application/json": { schema } } };
}

/** Describes a route that answers bytes. */
export function describeFile(tag: string, summary: string, contentType: string): RouteDescription {
  const schema = { type: "string", contentMediaType: contentType };
  const answer = { description: "Done.", content: { [contentType]: { schema } } };
  return { tags: [tag], summary, response: { 200: answer, "4xx": problem, "5xx": problem } };
}

/** Describes a route that answers something else than JSON. */
export function describeText(tag: string, summary: string, contentType: string): RouteDescription {
  const answer = { description: "Done.", content: { [contentType]: { schema: { type: "string" } } } };
  return { tags: [tag], summary, response: { 200: answer, "4xx": problem, "5xx": problem } };
}
