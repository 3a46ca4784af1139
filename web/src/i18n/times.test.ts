import { expect, test } from 'vitest';
import { createApp, defineComponent, h } from 'vue';
import { changeLanguage, createWords } from './i18n.ts';
import { regionOf } from './region.ts';
import { daysBetween, useTimes } from './times.ts';

const words = await createWords('en');

function times() {
  let found: ReturnType<typeof useTimes> | undefined;
  const Probe = defineComponent(() => {
    found = useTimes();
    return () => h('i');
  });
  createApp(Probe).use(words).mount(document.createElement('div'));
  if (!found) throw new Error('The times were not set up.');
  return found;
}

const now = new Date(2026, 10, 25, 12, 0);
const at = (month: number, day: number, hour: number, year = 2026) =>
  new Date(year, month - 1, day, hour).toISOString();

test('days as people say them', () => {
  const { day } = times();
  expect(day(at(12, 25, 18), now)).toMatch(/Friday.*25|Friday.*December/);
  expect(day(at(12, 25, 18), now)).not.toContain('2026');
  expect(day(at(11, 25, 18), now)).toMatch(/^today at /);
  expect(day(at(11, 26, 1), now)).toMatch(/^tomorrow at /);
  expect(day(at(11, 24, 23), now)).toMatch(/^yesterday at /);
  expect(day(at(3, 2, 9, 2027), now)).toContain('2027');
});

test('distances in the unit that fits', () => {
  const { relative } = times();
  expect(relative(at(12, 25, 18), now)).toBe('in 30 days');
  expect(relative(at(11, 25, 10), now)).toBe('2 hours ago');
  expect(relative(now.toISOString(), now)).toBe('just now');
  expect(relative(new Date(now.getTime() + 9_000).toISOString(), now)).toBe('in 1 minute');
  expect(relative(at(11, 24, 10), now)).toBe('yesterday');
});

test('days are counted by nights, over a change of clocks too', () => {
  expect(daysBetween(new Date(2026, 9, 24, 23), new Date(2026, 9, 25, 1))).toBe(1);
  expect(daysBetween(new Date(2026, 2, 28, 12), new Date(2026, 2, 30, 11))).toBe(2);
});

test('in another language all of it is said as its readers say it', async () => {
  await changeLanguage(words, 'es');
  const { day, relative, list, clock, number } = times();
  expect(day(at(12, 25, 18), now)).toBe('el viernes, 25 de diciembre');
  expect(day(at(11, 25, 18), now)).toBe('hoy a las 18:00');
  expect(relative(at(12, 25, 18), now)).toBe('dentro de 30 días');
  expect(list(['Ada', 'Grace', 'Leyla'])).toBe('Ada, Grace y Leyla');
  expect(number(12_345.5)).toBe('12.345,5');
  expect(clock(65)).toBe('1:05');
  await changeLanguage(words, 'ar');
  expect(times().list(['Ada', 'ليلى'])).toBe('\u2068Ada\u2069 و\u2068ليلى\u2069');
  await changeLanguage(words, 'en');
});

test('the reader’s region of the page’s language', () => {
  expect(regionOf('en', ['nl-NL', 'en-US'])).toBe('en-US');
  expect(regionOf('en', ['nl-NL'])).toBe('en-GB');
  expect(regionOf('nl', ['de'])).toBe('nl');
});
