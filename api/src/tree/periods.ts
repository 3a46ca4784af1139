import type { SignUpPeriod } from '@portal/shared';

const DAY_MS = 86_400_000;

/**
 * When each of the last periods began, oldest first, in milliseconds since 1970: midnights in UTC, of weeks on Mondays.
 *
 * @param now in the last of them.
 */
export function beginnings(by: SignUpPeriod, count: number, now: number): number[] {
  const today = new Date(now);
  const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  const sinceMonday = (today.getUTCDay() + 6) % 7;
  const midnight = Date.UTC(year, month, day);
  const begin: Record<SignUpPeriod, (ago: number) => number> = {
    day: (ago) => midnight - ago * DAY_MS,
    week: (ago) => midnight - (sinceMonday + 7 * ago) * DAY_MS,
    month: (ago) => Date.UTC(year, month - ago),
  };
  return Array.from({ length: count }, (_, i) => begin[by](count - 1 - i));
}
