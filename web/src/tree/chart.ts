import type { SignUpsInPeriod } from '@portal/shared';

/** Of a bar, with the gap beside it; in the units of the picture, which is stretched. */
const STEP = 10;
const GAP = 2;
export const HEIGHT = 100;

export interface Bar {
  from: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Bars of which the highest is as high as the picture. */
export function barsOf(periods: readonly SignUpsInPeriod[]): {
  width: number;
  most: number;
  bars: Bar[];
} {
  const most = Math.max(0, ...periods.map(({ count }) => count));
  const bars = periods.map(({ from, count }, i) => {
    const height = most === 0 ? 0 : (count / most) * HEIGHT;
    return { from, x: i * STEP + GAP / 2, y: HEIGHT - height, width: STEP - GAP, height };
  });
  return { width: Math.max(1, periods.length) * STEP, most, bars };
}
