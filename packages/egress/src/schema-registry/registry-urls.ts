import type { SchemaReference } from "./registry-answer.ts";

/** Apicurio's Confluent-compatible interface; its own stands beside it. */
const apicurio = /^(.*)\/apis\/ccompat\/v\d+$/;

/**
 * Where a schema is asked for. `/schemas/ids/…` is Confluent's interface, which Apicurio speaks under `/apis/ccompat/v7` by its
 * content ids; its global ids, which its own converter writes in eight bytes, are other numbers, and are asked for at its own
 * interface. Pure.
 */
export function schemaUrl(base: string, ref: string): string {
  const [kind, name] = [ref.slice(0, ref.indexOf("/")), encodeURIComponent(ref.slice(ref.indexOf("/") + 1))];
  const root = apicurio.exec(base)?.[1];
  switch (kind) {
    case "guid":
      return `${base}/schemas/guids/${name}`;
    case "global":
      return root === undefined
        ? `${base}/schemas/ids/${name}`
        : `${root}/apis/registry/v2/ids/globalIds/${name}?dereference=true`;
    case "content":
      return root === undefined
        ? `${base}/schemas/ids/${name}`
        : `${root}/apis/registry/v2/ids/contentIds/${name}`;
    default:
      return `${base}/schemas/ids/${name}`;
  }
}

/** Where a schema is asked for that another one refers to. Pure. */
export function referenceUrl(base: string, { subject, version }: SchemaReference): string {
  return `${base}/subjects/${encodeURIComponent(subject)}/versions/${version}`;
}
