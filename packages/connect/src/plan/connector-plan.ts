import type { Consumer } from "@gluttony/model";
import type { CodedFault } from "./coded-fault.ts";
import type { OptionChange } from "./diff-config.ts";
import type { FormConfig } from "./form-config.ts";

/** What a person wants done with a connector. */
export type ConnectorDeed =
  /** Made, or changed, as a form says. */
  | { readonly do: "write"; readonly connector: string; readonly config: FormConfig }
  /** Made what a consumer's row wants, also where somebody changed it. */
  | { readonly do: "follow"; readonly consumer: Consumer }
  /** Taken into our care as it stands; nothing on the worker changes. */
  | { readonly do: "adopt"; readonly connector: string; readonly consumerIds: readonly string[] }
  /** Taken away, with what it leaves in the source where that is wanted. */
  | {
      readonly do: "remove";
      readonly connector: string;
      readonly slot: boolean;
      readonly publication: boolean;
    };

export type PlanEffect =
  | "creates_connector"
  | "takes_snapshot"
  | "restarts_tasks"
  | "registers"
  | "deletes_connector"
  | "keeps_offsets"
  | "drops_slot"
  | "keeps_slot"
  | "drops_publication"
  | "keeps_publication";

/** What would be done. Nothing of it is done before it is applied by its hash. */
export interface ConnectorPlan {
  readonly do: ConnectorDeed["do"];
  readonly connector: string;
  readonly isNew: boolean;
  readonly changes: readonly OptionChange[];
  /** Why it cannot be applied; empty when it can. */
  readonly refusals: readonly CodedFault[];
  readonly warnings: readonly CodedFault[];
  readonly effects: readonly PlanEffect[];
  readonly hash: string;
  readonly expiresAt: Date;
}
