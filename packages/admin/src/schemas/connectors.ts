import { type TSchema, Type } from "@sinclair/typebox";
import type { FormConfig } from "../connector-ports.ts";

const closed = { additionalProperties: false };
/** Characters of a connector's name; Kafka Connect's own limit is the path's. */
const connector = Type.String({ minLength: 1, maxLength: 200 });
const reason = Type.Optional(Type.String({ maxLength: 2_000 }));
const hash = Type.Optional(Type.String({ minLength: 1, maxLength: 200 }));
/** Options of a configuration and characters of a value; the lists say less. */
const config = Type.Record(
  Type.String({ maxLength: 300 }),
  Type.Union([Type.String({ maxLength: 16_000 }), Type.Number(), Type.Boolean(), Type.Null()]),
  { maxProperties: 400 },
);
const idOrName = Type.String({ minLength: 1, maxLength: 255 });

/** What a person wants done with a connector, by plan. */
export type DeedRequest =
  | { readonly do: "write"; readonly connector: string; readonly config: FormConfig }
  | { readonly do: "follow"; readonly consumer: string }
  | { readonly do: "adopt"; readonly connector: string; readonly consumers?: readonly string[] }
  | {
      readonly do: "remove";
      readonly connector: string;
      readonly slot?: boolean;
      readonly publication?: boolean;
    };

export interface DeedApply {
  readonly deed: DeedRequest;
  readonly hash?: string;
  readonly reason?: string;
}

const deed = Type.Union([
  Type.Object({ do: Type.Literal("write"), connector, config }, closed),
  Type.Object({ do: Type.Literal("follow"), consumer: idOrName }, closed),
  Type.Object(
    {
      do: Type.Literal("adopt"),
      connector,
      consumers: Type.Optional(Type.Array(idOrName, { maxItems: 100 })),
    },
    closed,
  ),
  Type.Object(
    {
      do: Type.Literal("remove"),
      connector,
      slot: Type.Optional(Type.Boolean()),
      publication: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
]);

export const deedSchema: TSchema = Type.Object({ deed }, closed);
export const deedApplySchema: TSchema = Type.Object({ deed, hash, reason }, closed);

export interface ValidateRequest {
  readonly connector: string;
  readonly config: FormConfig;
}
export const validateSchema: TSchema = Type.Object({ connector, config }, closed);

export interface ReasonBody {
  readonly reason?: string;
}
export const reasonSchema: TSchema = Type.Object({ reason }, closed);

/** What failed, or everything, or one task. */
export interface RestartBody extends ReasonBody {
  readonly scope?: "failed" | "all";
  readonly task?: number;
}
export const restartSchema: TSchema = Type.Object(
  {
    scope: Type.Optional(Type.Union([Type.Literal("failed"), Type.Literal("all")])),
    task: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_999 })),
    reason,
  },
  closed,
);

/** What is done with a source position, by plan. */
export type OffsetDeedRequest =
  | {
      readonly do: "move";
      readonly partition: { readonly [name: string]: string };
      readonly field: string;
      readonly value: string | number | boolean;
    }
  | { readonly do: "forget" };

export interface OffsetApply {
  readonly deed: OffsetDeedRequest;
  readonly hash?: string;
  readonly reason?: string;
}

const offsetDeed = Type.Union([
  Type.Object(
    {
      do: Type.Literal("move"),
      partition: Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 300 }), {
        maxProperties: 4,
      }),
      field: Type.String({ minLength: 1, maxLength: 100 }),
      value: Type.Union([Type.String({ maxLength: 4_000 }), Type.Number(), Type.Boolean()]),
    },
    closed,
  ),
  Type.Object({ do: Type.Literal("forget") }, closed),
]);

export const offsetDeedSchema: TSchema = Type.Object({ deed: offsetDeed }, closed);
export const offsetApplySchema: TSchema = Type.Object({ deed: offsetDeed, hash, reason }, closed);

const tableNames = Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100 });

/** Tables that are read anew. */
export interface SnapshotBody extends ReasonBody {
  readonly tables: readonly string[];
  readonly type?: "incremental" | "blocking";
  /** One of the caller's own, so that it is sent once. */
  readonly id?: string;
}
export const snapshotSchema: TSchema = Type.Object(
  {
    tables: tableNames,
    type: Type.Optional(Type.Union([Type.Literal("incremental"), Type.Literal("blocking")])),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 42 })),
    reason,
  },
  closed,
);

/** All tables that are left, where none is named. */
export interface SnapshotStopBody extends ReasonBody {
  readonly tables?: readonly string[];
}
export const snapshotStopSchema: TSchema = Type.Object({ tables: Type.Optional(tableNames), reason }, closed);

/** A consumer's source, or one that no row names yet. */
export type SourceRequest =
  | { readonly consumer: string }
  | {
      readonly source: {
        readonly dataSource: string;
        readonly connString: string;
      };
    };

const connString = Type.String({ minLength: 1, maxLength: 4_096 });
const dataSource = Type.Union(
  ["postgresql", "mssql", "oracle", "mysql", "mariadb"].map((name) => Type.Literal(name)),
);
const ofConsumer = { consumer: idOrName };
const columnName = Type.String({ minLength: 1, maxLength: 255 });

export const sourceTablesSchema: TSchema = Type.Union([
  Type.Object(ofConsumer, closed),
  Type.Object({ source: Type.Object({ dataSource, connString }, closed) }, closed),
]);

/** Which checks; all where none is named. */
export type SourceTestRequest = (
  | { readonly consumer: string }
  | {
      readonly source: {
        readonly dataSource: string;
        readonly connString: string;
        readonly schema: string;
        readonly table: string;
        readonly globalKey?: readonly string[];
      };
    }
) & { readonly checks?: readonly string[] };

const checks = Type.Optional(
  Type.Array(Type.String({ pattern: "^source\\.[a-z_]{1,60}$" }), { maxItems: 50 }),
);

export const sourceTestSchema: TSchema = Type.Union([
  Type.Object({ ...ofConsumer, checks }, closed),
  Type.Object(
    {
      source: Type.Object(
        {
          dataSource,
          connString,
          schema: columnName,
          table: columnName,
          globalKey: Type.Optional(Type.Array(columnName, { maxItems: 64 })),
        },
        closed,
      ),
      checks,
    },
    closed,
  ),
]);
