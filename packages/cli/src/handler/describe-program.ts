import { isHandler } from "@gluttony/sdk";

// The program of the process that imports a package to read its schemas of settings. It lives for that alone.

/** The exports to look at. */
export type DescribeOrder = readonly {
  readonly name: string;
  readonly export: string;
  readonly url: string;
}[];

/** The schemas by the handlers' names, or why there are none. */
export type DescribeAnswer =
  | { readonly schemas: readonly (readonly [string, object | null])[] }
  | {
      readonly failed: {
        readonly code: "plugin.import_failed" | "plugin.export_missing";
        readonly seen: string;
      };
    };

process.once("message", (order: unknown) => {
  void describe(order as DescribeOrder).then((answer) => process.send?.(answer));
});

async function describe(order: DescribeOrder): Promise<DescribeAnswer> {
  const schemas: [string, object | null][] = [];
  for (const { name, export: exportName, url } of order) {
    try {
      const module: unknown = await import(url);
      const exported: unknown = Reflect.get(Object(module), exportName);
      if (!isHandler(exported)) {
        const seen = `There is no export ${exportName} that was made with defineHandler.`;
        return { failed: { code: "plugin.export_missing", seen } };
      }
      schemas.push([name, exported.config === undefined ? null : { ...exported.config }]);
    } catch (error) {
      return { failed: { code: "plugin.import_failed", seen: firstLines(error) } };
    }
  }
  return { schemas };
}

/** No record was seen yet, so the message cannot hold a row value; without it nobody could mend the code. */
function firstLines(error: unknown): string {
  if (!(error instanceof Error)) return `It throws a ${typeof error}.`;
  return (error.stack ?? error.message).split("\n").slice(0, 3).join(" ").slice(0, 800);
}
