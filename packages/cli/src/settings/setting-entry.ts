/** One name of the environment that this program reads. */
export interface SettingEntry {
  /** What it decides, and between which limits, in a few words. */
  readonly meaning: string;
  /** What holds where it is not set; a value stands between back quotes. */
  readonly default: string;
  /** Never shown. `NAME_FILE` names a file that holds it. */
  readonly isSecret?: true;
  /** Whom it concerns besides hosts and commands. */
  readonly of?: "demo" | "machine";
}
