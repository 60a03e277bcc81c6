import { changedSettings, GluttonyError, settingDifferences } from "@gluttony/model";
import type {
  KeptSettings,
  SettingsDesk,
  SettingsRevision,
  SettingsStore,
} from "../../src/settings-ports.ts";

/** Settings in memory, of a host with a small environment. */
export class MemorySettings implements SettingsDesk {
  kept: KeptSettings = { revision: 0n, decided: {} };
  readonly changes: SettingsRevision[] = [];
  readonly environment: SettingsDesk["environment"] = [
    { name: "KAFKA_HOST", source: "environment", isSecret: false, value: "kafka:9092" },
    { name: "GLUTTONY_MASTER_KEY", source: "file", isSecret: true, value: null },
  ];

  readonly store: SettingsStore = {
    read: async () => this.kept,
    change: async (changes, { actor, reason, revision: seen }) => {
      if (seen !== this.kept.revision) throw new GluttonyError("settings.stale_revision");
      const decided = changedSettings(this.kept.decided, changes);
      const differences = settingDifferences(this.kept.decided, decided);
      if (differences.length === 0) return this.kept;
      const revision = this.kept.revision + 1n;
      this.changes.unshift({ revision, at: new Date(0), actor, reason, changes: differences });
      this.kept = { revision, decided };
      return this.kept;
    },
    revisions: async ({ before, limit }) =>
      this.changes.filter(({ revision }) => before === null || revision < before).slice(0, limit),
  };
}
