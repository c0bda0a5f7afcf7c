import type { FullResult, Reporter, Suite, TestCase, TestResult } from '@playwright/test/reporter';

const LINES = 25;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colours are made of
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Says last, after code frames and traces, what failed and why: the end is what a shortened log keeps. */
export default class Reasons implements Reporter {
  private suite?: Suite;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  printsToStdio(): boolean {
    return false;
  }

  onEnd(result: FullResult): void {
    const failed = (this.suite?.allTests() ?? []).filter((test) => test.outcome() === 'unexpected');
    if (failed.length === 0) return;
    const told = failed.map((test) => `${test.titlePath().filter(Boolean).join(' › ')}\n${reasonOf(test)}`);
    process.stdout.write(`\nWhy it ${result.status === 'timedout' ? 'timed out' : 'failed'}:\n`);
    process.stdout.write(`${told.join('\n')}\n${failed.length} failed\n`);
  }
}

function reasonOf(test: TestCase): string {
  const last: TestResult | undefined = test.results.at(-1);
  const lines = (last?.errors ?? []).flatMap((error) => [
    ...(error.message ?? error.value ?? 'no message').replace(COLOURS, '').split('\n').slice(0, LINES),
    ...(error.location ? [`at ${error.location.file}:${error.location.line}`] : []),
  ]);
  return [`after ${((last?.duration ?? 0) / 1000).toFixed(1)} s`, ...lines]
    .map((line) => `    ${line}`)
    .join('\n');
}
