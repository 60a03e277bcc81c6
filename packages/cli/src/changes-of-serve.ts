import type { ChangeReader, EventStore, MaskingStores } from "@gluttony/admin";
import { type KafkaTopics, partitionOfKey } from "@gluttony/kafka";
import { createEvents, createMaskingRules, createReveals, type Pool } from "@gluttony/postgres";
import type { SchemaRegistry } from "@gluttony/runtime";

/** What the API looks at records with. */
export function changesOfServe(
  { pool }: { readonly pool: Pool },
  { topics, schemas }: { readonly topics: KafkaTopics; readonly schemas: SchemaRegistry | null },
): {
  readonly changes: ChangeReader;
  readonly events: EventStore;
  readonly masking: MaskingStores;
} {
  return {
    events: createEvents(pool),
    masking: { rules: createMaskingRules(pool), reveals: createReveals(pool) },
    changes: {
      readChunk: (from) => topics.readChunk(from),
      partitionOf: partitionOfKey,
      findSchema: async (ref) => {
        const found = await schemas?.find(ref);
        return found !== undefined && "schema" in found ? found.schema : null;
      },
    },
  };
}
