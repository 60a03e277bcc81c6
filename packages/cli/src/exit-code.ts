import { codes, type GluttonyError } from "@gluttony/model";

/** The exit code of a command that ended with this error. */
export function exitCodeOf(error: GluttonyError): number {
  return codes[error.code].exit;
}
