import { createHash } from "node:crypto";
import { GluttonyError } from "@gluttony/model";
import type { FastifyInstance } from "fastify";
import { secretAnswer } from "../access/repeated-request.ts";
import { needs } from "../access/route-access.ts";
import { describeFile } from "../answers/describe.ts";
import { archiveOf, manifestOf } from "../diagnostics/archive.ts";
import { makeBundle } from "../diagnostics/make-bundle.ts";
import type { AdminCollaborators } from "../ports.ts";
import { type BundleBody, bundleSchema } from "../schemas/diagnostics.ts";
import { noQuerySchema } from "../schemas/queries.ts";

/** One is made at a time, and so many a minute: each reads everything that there is to read. */
const bundlesPerMinute = 10;

/** What helps somebody elsewhere to understand this installation, in one archive. */
export function diagnosticsRoutes(
  app: FastifyInstance,
  collaborators: AdminCollaborators,
  { version }: { readonly version: string },
): void {
  let isMaking = false;
  const rateLimit = {
    max: bundlesPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: () => new GluttonyError("request.too_many"),
  };

  app.post<{ Body: BundleBody }>(
    "/diagnostics::bundle",
    {
      // The answer is large, and another time it is another one: it is not kept.
      config: { ...needs("diagnostics.collect", "visible"), ...secretAnswer, rateLimit },
      schema: {
        ...describeFile(
          "diagnostics",
          "Packs what this host knows of itself and of everything that the asker may see, without rows and secrets.",
          "application/gzip",
        ),
        querystring: noQuerySchema,
        body: bundleSchema,
      },
    },
    async (request, reply) => {
      if (isMaking) throw new GluttonyError("request.too_many", { seen: "a bundle that is being made" });
      isMaking = true;
      try {
        const madeAt = new Date();
        const reason = request.body.reason ?? null;
        const isOfAll = request.reach?.isUnlimited === true;
        const { files, left, isWhole } = await makeBundle({ app, request }, collaborators);
        const head = { madeAt, madeBy: request.actor, version, reason, isWhole, isOfAll };
        const folder = `gluttony-diagnostics-${madeAt.toISOString().replaceAll(/[:.]/g, "-")}`;
        const manifest = manifestOf(head, { files, left });
        const archive = await archiveOf(folder, { files, manifest, at: madeAt });
        await collaborators.access.audit.note({
          actor: request.actor,
          action: "diagnostics.collect",
          targetKind: "diagnostics",
          targetId: folder,
          reason,
          detail: {
            files: files.length,
            left: left.length,
            bytes: archive.length,
            sha256: createHash("sha256").update(archive).digest("hex"),
          },
          result: "done",
        });
        return reply
          .type("application/gzip")
          .header("Content-Disposition", `attachment; filename="${folder}.tar.gz"`)
          .send(archive);
      } finally {
        isMaking = false;
      }
    },
  );
}
