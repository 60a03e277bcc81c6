import type { HostMeans } from "../ports.ts";
import type { AttemptRequest } from "./cell.ts";

/** What the host does for one attempt: its own means, if it brings any, else the cell's. */
export function meansFor({ meansOf }: AttemptRequest, usual: HostMeans): HostMeans {
  return meansOf === undefined ? usual : meansOf(usual);
}
