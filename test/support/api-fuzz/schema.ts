/** As much of JSON Schema as the API's description uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: { readonly [pattern: string]: Schema };
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One route, as its description has it. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: { readonly [name: string]: Schema };
  readonly pathParameters: readonly string[];
  readonly headers: readonly string[];
  readonly body: Schema | null;
  readonly isOpen: boolean;
  readonly responses: {
    readonly [status: string]: {
      readonly content?: { readonly [type: string]: { readonly schema: Schema } };
    };
  };
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly schema: Schema;
}

interface DescribedRoute {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
  readonly security?: readonly unknown[];
  readonly responses: Operation["responses"];
}

/** The description, as far as the fuzzer reads it. */
export interface Description {
  readonly paths: { readonly [path: string]: { readonly [method: string]: DescribedRoute } };
  readonly components: object;
}

/** Every route of a description. */
export function operationsOf({ paths }: Description): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => {
      const parameters = route.parameters ?? [];
      const named = (place: string): readonly Parameter[] => parameters.filter((one) => one.in === place);
      return {
        method: method.toUpperCase(),
        path,
        query: Object.fromEntries(named("query").map(({ name, schema }) => [name, schema])),
        pathParameters: named("path").map(({ name }) => name),
        headers: named("header").map(({ name }) => name),
        body: route.requestBody?.content["application/json"].schema ?? null,
        isOpen: route.security?.length === 0,
        responses: route.responses,
      };
    }),
  );
}
