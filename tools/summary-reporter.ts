/** Ends a run of the suite with one plain line: `N passed, N failed, N skipped`, last of all output. */
import type { Reporter, TestModule } from 'vitest/node';

/** Counts tests by their outcome; a module that could not run counts as one failure. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
      if (module.errors().length > 0) counts.failed += 1;
    }
    process.once('exit', () => {
      console.log(
        `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped`,
      );
    });
  }
}
