import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relativeTime } from './relative-time.ts'

const now = new Date('2026-03-10T12:00:00Z')
const after = (seconds: number) => relativeTime(new Date(now.getTime() + seconds * 1000), now)
const [minute, hour, day] = [60, 3600, 86_400]

test('a time is rounded to the nearest unit, at each boundary of the units', () => {
  const table: [seconds: number, shown: string][] = [
    [1, 'in less than a minute'],
    [59, 'in less than a minute'],
    [minute, 'in 1 minute'],
    [89, 'in 1 minute'],
    [90, 'in 2 minutes'],
    [59 * minute, 'in 59 minutes'],
    [59 * minute + 29, 'in 59 minutes'],
    [59 * minute + 30, 'in 1 hour'],
    [hour, 'in 1 hour'],
    [hour + 29 * minute, 'in 1 hour'],
    [hour + 30 * minute, 'in 2 hours'],
    [21 * hour, 'in 21 hours'],
    [22 * hour, 'in 1 day'],
    [day - 1, 'in 1 day'],
    [day, 'in 1 day'],
    [36 * hour - 1, 'in 1 day'],
    [36 * hour, 'in 2 days'],
    [7 * day - 1, 'in 7 days'],
    [13 * day, 'in 13 days'],
    [14 * day - 1, 'in 2 weeks'],
    [14 * day, 'in 2 weeks'],
    [28 * day, 'in 4 weeks'],
    [29 * day, 'in 1 month'],
    [30 * day, 'in 1 month'],
    [44 * day, 'in 1 month'],
    [45 * day, 'in 1 month'],
    [60 * day, 'in 2 months'],
    [90 * day - 1, 'in 3 months'],
    [90 * day, 'in 3 months'],
    [180 * day, 'in 6 months'],
    [344 * day, 'in 11 months'],
    [345 * day, 'in 1 year'],
    [365 * day - 1, 'in 1 year'],
    [730 * day, 'in 2 years'],
  ]
  for (const [seconds, shown] of table) {
    assert.equal(after(seconds), shown, `${seconds} s`)
    const past = seconds < minute ? 'just now' : `${shown.slice(3)} ago`
    assert.equal(after(-seconds), past, `-${seconds} s`)
  }
})

test('every shown time is within half of its unit, and longer times never show as shorter ones', () => {
  const lengths: Record<string, number> = {
    minute,
    hour,
    day,
    week: 7 * day,
    month: 30.4375 * day,
    year: 365.25 * day,
  }
  let previous = 0
  for (let seconds = minute; seconds < 2000 * day; seconds = Math.ceil(seconds * 1.003)) {
    const [, count, unit] = /^in (\d+) (\w+?)s?$/.exec(after(seconds)) ?? []
    const length = lengths[unit ?? ''] ?? Number.NaN
    const shown = Number(count) * length
    assert.ok(Math.abs(shown - seconds) <= length / 2, `${seconds} s is shown as ${count} ${unit}`)
    // Weeks give way to months, whose numbers are coarser.
    assert.ok(shown >= previous * 0.7, `${seconds} s is shown as less than a shorter time`)
    previous = shown
  }
})

test('a lifetime that was just chosen shows as it was chosen', () => {
  for (const late of [0, 1, 30]) {
    assert.equal(after(day - late), 'in 1 day')
    assert.equal(after(7 * day - late), 'in 7 days')
    assert.equal(after(90 * day - late), 'in 3 months')
    assert.equal(after(365 * day - late), 'in 1 year')
  }
})
