import { HandlerError } from "@gluttony/sdk";
import type { TargetResponse } from "@gluttony/sdk";

/** A target's answer before it gets its methods. */
export interface PlainResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

const decoder = new TextDecoder();

/** Gives an answer the methods that handlers read it with. */
export function targetResponse({ status, headers, body }: PlainResponse): TargetResponse {
  const text = (): string => decoder.decode(body);
  return { status, headers, body, text, json: () => jsonOf(text()) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    // A login page or a proxy's error page; the answer's text may hold a person's name, so it is not shown.
    throw new HandlerError("transient", "The target's answer is not JSON.", {
      code: "target.answer_invalid",
      cause,
    });
  }
}
