/** Whether a text is a host and a port, an IPv6 address in brackets. Pure. */
export function isHostAndPort(text: string): boolean {
  const port = /^(?:\[[0-9a-fA-F:.]+\]|[^\s:/[\]@]+):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** The entries of a list that is parted by commas. Pure. */
export function listOf(written: string | null): readonly string[] {
  return (written ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}
