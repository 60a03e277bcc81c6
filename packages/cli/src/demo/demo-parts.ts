import type { Pool } from "@gluttony/postgres";
import type { HospitalLife } from "../local-stack/hospital-life.ts";
import type { LocalStack } from "../local-stack/local-stack.ts";
import type { Postgres } from "../local-stack/postgres.ts";
import type { DemoHost } from "./demo-host.ts";
import type { DemoStubs } from "./demo-stubs.ts";

/** Everything of a running demo. */
export interface DemoParts {
  readonly folder: string;
  readonly stack: LocalStack;
  readonly postgres: Postgres;
  readonly stubs: DemoStubs;
  readonly host: DemoHost;
  /** The hospital's database. */
  readonly hospital: Pool;
  readonly life: HospitalLife;
}
