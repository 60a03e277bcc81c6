import { HandlerError } from "@gluttony/sdk";
import type { Failure } from "@gluttony/model";

/** A failure of the host as the handler sees it. */
export function handlerError({ kind, code, message, retryAfterMs, target }: Failure): HandlerError {
  return new HandlerError(kind, message, {
    code,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(target === undefined ? {} : { target }),
  });
}
