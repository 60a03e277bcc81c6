import { defineConfig } from "vitest/config";

const fromSources = {
  resolve: { conditions: ["@gluttony/source"] },
  ssr: { resolve: { conditions: ["@gluttony/source"] } },
};

/**
 * Six projects: `unit` touches nothing outside the process; `simulation` runs the delivery core in virtual time; `fuzz` tries
 * the built decoders for some seconds;
 * `plugin-zoo` runs bad plugins in real cells; `protocol` uses a real Postgres, a real broker, small real servers and real cells; `end-to-end` runs the built
 * program on the whole stack.
 */
export default defineConfig({
  test: {
    reporters: ["default", "./test/support/plain-line-reporter.ts"],
    projects: [
      {
        ...fromSources,
        test: {
          name: "unit",
          include: [
            "packages/*/test/**/*.test.ts",
            "plugins/*/test/**/*.test.ts",
            "test/house/**/*.test.ts",
            "bench/test/**/*.test.mjs",
          ],
        },
      },
      {
        ...fromSources,
        test: {
          name: "simulation",
          include: ["test/simulation/**/*.test.ts"],
          testTimeout: 300_000,
        },
      },
      {
        test: {
          name: "fuzz",
          include: ["test/fuzz/**/*.test.ts"],
          testTimeout: 180_000,
        },
      },
      {
        ...fromSources,
        test: {
          name: "plugin-zoo",
          include: ["test/plugin-zoo/**/*.test.ts"],
          testTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        ...fromSources,
        test: {
          name: "protocol",
          include: ["test/protocol/**/*.test.ts"],
          globalSetup: ["test/support/stack-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        ...fromSources,
        test: {
          name: "end-to-end",
          include: ["test/end-to-end/**/*.test.ts"],
          globalSetup: ["test/support/stack-setup.ts"],
          testTimeout: 300_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
