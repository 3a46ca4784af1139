import { expect, test } from 'vitest';
import { playwrightCounts, vitestCounts } from '../test-steps.ts';

test('a test file that could not be read counts as one failure', () => {
  const testResults = [
    { status: 'passed', assertionResults: [{}, {}] },
    { status: 'failed', assertionResults: [{}] },
    { status: 'failed', assertionResults: [] },
  ];
  expect(vitestCounts({ numPassedTests: 2, numFailedTests: 1, testResults })).toEqual({
    passed: 2,
    failed: 2,
  });
});

test('a browser test that passed at a second try only counts as failed', () => {
  const stats = { expected: 3, unexpected: 1, flaky: 1 };
  expect(playwrightCounts({ stats, errors: [] })).toEqual({ passed: 3, failed: 2 });
});
