import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../stack/place.ts';
import { playwrightCounts, vitestCounts } from '../test-steps.ts';

test('a test file that could not be read counts as one failure, and each failure is named', () => {
  const testResults = [
    {
      name: join(ROOT, 'api/test/tea.test.ts'),
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'tea is hot' },
        { status: 'failed', fullName: 'tea is strong' },
      ],
    },
    { name: join(ROOT, 'api/test/milk.test.ts'), status: 'failed', assertionResults: [] },
  ];
  expect(vitestCounts({ numPassedTests: 1, testResults })).toEqual({
    passed: 1,
    failed: 2,
    failures: ['api/test/tea.test.ts: tea is strong', 'api/test/milk.test.ts: could not be read'],
  });
});

test('a browser test that passed at a second try only counts as failed, and so does an error outside of any', () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] });
  const specs = [spec('hot', 'expected'), spec('strong', 'unexpected')];
  const suites = [
    { file: 'tea.ts', specs, suites: [{ file: 'tea.ts', specs: [spec('sweet', 'flaky')] }] },
  ];
  const errors = [{ message: 'no kettle' }];
  expect(playwrightCounts({ stats: { expected: 1 }, suites, errors })).toEqual({
    passed: 1,
    failed: 3,
    failures: ['tea.ts: strong', 'tea.ts: sweet (at the first try)', 'no kettle'],
  });
});
