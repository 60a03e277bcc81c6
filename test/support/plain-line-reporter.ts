import type { Reporter, TestModule } from "vitest/node";

/** Ends every run with one plain line that machines and people read alike. */
export default class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      // A file that could not even be collected holds no test, and must not pass for that.
      if (module.state() === "failed" && tests.length === 0) counts.failed += 1;
      for (const test of tests) counts[test.result().state] += 1;
    }
    const skipped = counts.skipped + counts.pending;
    // After the other reporters' own summary.
    process.on("exit", () => {
      process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${skipped} skipped\n`);
    });
  }
}
