import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCounter, openHistogram } from './family.ts'
import { persistentFamilies, sumSnapshots } from './snapshot.ts'

test('a value counts within its bound, a bound included, and all larger ones', () => {
  const histogram = openHistogram({ name: 'a_seconds', help: 'a', bounds: [1, 2] })
  for (const value of [0, 1, 1.5, 2, 2.5, 100]) histogram.of({ b: 'c' }).observe(value)
  assert.deepEqual(
    histogram.family().values.map(({ metricName, labels, value }) => [metricName, labels.le, value]),
    [
      ['a_seconds_bucket', 1, 2],
      ['a_seconds_bucket', 2, 4],
      ['a_seconds_bucket', '+Inf', 6],
      ['a_seconds_sum', undefined, 107],
      ['a_seconds_count', undefined, 6],
    ],
  )
})

test('counts of two processes add up by their labels, and what is so and so much ends with its process', () => {
  const snapshot = (first: number, second: number) => {
    const counter = openCounter({ name: 'a_total', help: 'a' })
    counter.of({ b: 'c' }).value += first
    counter.of({ b: 'd' }).value += second
    return [counter.family(), { ...counter.family(), name: 'now', type: 'gauge' as const }]
  }
  const sum = sumSnapshots(persistentFamilies(snapshot(1, 2)), persistentFamilies(snapshot(10, 20)))
  assert.deepEqual(
    sum.map(({ name, values }) => [name, values]),
    [
      [
        'a_total',
        [
          { labels: { b: 'c' }, value: 11 },
          { labels: { b: 'd' }, value: 22 },
        ],
      ],
    ],
  )
})
