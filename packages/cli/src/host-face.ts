import type { Fault } from "@gluttony/model";

const colours = ["red", "orange", "yellow", "green", "blue", "purple", "grey"] as const;
const nameLengthMax = 40;

/** As what a host shows itself to people, and whether it lets them change anything. */
export interface HostFace {
  readonly isReadOnly: boolean;
  /** Null where it has no name. */
  readonly environment: { readonly name: string; readonly colour: string } | null;
}

/** Reads `true` or `false`, and `name` or `name:colour`. */
export function hostFaceOf(
  [readOnly, environment]: readonly [readOnly: string | null, environment: string | null],
  faults: Fault[],
): HostFace {
  if (readOnly !== null && readOnly !== "true" && readOnly !== "false") {
    faults.push({ path: "GLUTTONY_READ_ONLY", message: "Must be true or false.", suggestion: "true" });
  }
  // What cannot be read must not let through what it may have been meant to stop.
  return {
    isReadOnly: readOnly !== null && readOnly !== "false",
    environment: environment === null ? null : environmentOf(environment, faults),
  };
}

function environmentOf(written: string, faults: Fault[]): HostFace["environment"] {
  const [name = "", colour = "grey", ...more] = written.split(":").map((part) => part.trim());
  const isColour = colours.some((known) => known === colour);
  if (name === "" || name.length > nameLengthMax || !isColour || more.length > 0) {
    const message = `Must be a name of at most ${nameLengthMax} characters, and after a colon one of: ${colours.join(", ")}.`;
    faults.push({ path: "GLUTTONY_ENVIRONMENT", message, suggestion: "production:red" });
  }
  return { name, colour };
}
