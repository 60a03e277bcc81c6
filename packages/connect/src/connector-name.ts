import { type Fault, GluttonyError } from "@gluttony/model";

const LENGTH_MAX = 200;
const SHOWN_MAX = 80;

/**
 * What is wrong with a connector's name, or null. Only letters, digits, underscore, dot and hyphen: the name becomes part of
 * a path, and Kafka Connect can neither read nor delete a name with a slash again. Pure.
 */
export function connectorNameFault(name: string, path = "name"): Fault | null {
  const isPlain = /^[A-Za-z0-9_.-]+$/.test(name) && !/^\.+$/.test(name) && name.length <= LENGTH_MAX;
  if (isPlain) return null;
  const shown = name.slice(0, SHOWN_MAX).replaceAll(/[^\x20-\x7e]/g, "?");
  return {
    path,
    message: `${JSON.stringify(shown)} cannot be the name of a connector.`,
    suggestion: `1 to ${LENGTH_MAX} letters, digits, underscores, dots and hyphens, not dots alone`,
  };
}

/** The name, checked. Throws `connect.name_invalid`. */
export function requireConnectorName(name: string, path = "name"): string {
  const fault = connectorNameFault(name, path);
  if (fault !== null) throw new GluttonyError("connect.name_invalid", {}, { faults: [fault] });
  return name;
}
