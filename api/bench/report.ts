export type Results = Record<string, { unit: string; values: number[] }>;

/** Ratios of one run: the name, what it is measured against, and the least that must hold, if any. */
const RATIOS: [name: string, against: string, least?: number][] = [
  ['lookup_1m', 'lookup_1', 0.8],
  ['lookup_1m', 'fastify_redis', 0.5],
  ['lookup_1m', 'fastify_redis_post'],
  ['me', 'fastify_bare', 0.5],
  ['create', 'fastify_redis', 0.35],
  ['list_100k', 'list_100', 0.8],
  ['signup_c8', 'direct_c8', 0.95],
];

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

/** A table for people, or one JSON object for programs. */
export function print(results: Results, asJson: boolean): void {
  const medians = Object.fromEntries(
    Object.entries(results).map(([name, { unit, values }]) => [
      name,
      { value: Number(median(values).toFixed(2)), unit },
    ]),
  );
  if (asJson) {
    process.stdout.write(`${JSON.stringify(medians)}\n`);
    return;
  }
  const lines = Object.entries(results).map(([name, { unit, values }]) => {
    const range = `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
    return `${name.padEnd(14)} ${median(values).toFixed(1).padStart(10)} ${unit.padEnd(11)} (${range})`;
  });
  const value = (name: string) => medians[name]?.value ?? Number.NaN;
  const ratios = RATIOS.map(([name, against, least]) => {
    const ratio = value(name) / value(against);
    const title = `${name} / ${against}`.padEnd(28);
    if (least === undefined) return `${title} ${ratio.toFixed(2)}`;
    return `${title} ${ratio.toFixed(2)}  (${ratio >= least ? 'holds' : 'MISSED'}: at least ${least})`;
  });
  const over = 1000 / value('signup_c1') - 1000 / value('direct_c1');
  process.stdout.write(
    `${[...lines, '', ...ratios, `signup_c1 over direct_c1      ${over.toFixed(1)} ms  (at most 10)`].join('\n')}\n`,
  );
}
