import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { drawing, timesBetter } from '../../bench/record/drawing.ts'
import { between } from '../../bench/record/markers.ts'
import { published } from '../../bench/record/publish.ts'
import { recordTable } from '../../bench/record/record-table.ts'
import { latestOf, openRun, type Run, readRuns } from '../../bench/record/runs.ts'
import { boundedSides, type Finding, isMet, judged, ratioPerCoreSecond, targetText } from '../../bench/report.ts'
import { byTurns, median, medians, percentile } from '../../bench/rounds.ts'

const half: Finding = {
  name: 'a & b <c>',
  unit: 'req/s',
  hub: 50,
  reference: 100,
  target: { ratio: 0.85 },
  busy: { hub: 0.99, reference: 0.98 },
  generator: 'wrk 4',
  against: 'node:http',
}

const run = (startedAt: string, parts: Run['parts']): Run => ({
  startedAt,
  commit: 'abc',
  parts,
  machine: {
    processor: 'P',
    cores: 2,
    memoryGigabytes: 8,
    system: 'Linux 6',
    node: 'v24',
    loadBefore: 0.1,
    binding: 'bound',
  },
})

suite('the record of what was measured', () => {
  test('the table and the picture of the docs are those of bench/results', async () => {
    for (const { path, text } of await published())
      assert.equal(await readFile(path, 'utf8'), text, `${path} is old: npm run bench:draw`)
  })

  test('a run of one part replaces that part alone', () => {
    const other = { ...half, name: 'other' }
    const first = run('2026-01-01', { requests: [half, other], import: [other] })
    const second = run('2026-01-02', { requests: [half] })
    const known = latestOf([first, second])
    assert.deepEqual(
      known.map(({ part, run, findings }) => [part, run.startedAt, findings.length]),
      [
        ['requests', '2026-01-02', 1],
        ['import', '2026-01-01', 1],
      ],
    )
    const table = recordTable(known)
    assert.match(table, /^requests: 2026-01-02, commit abc, P, 2 cores, .*; bound; node:http, wrk 4\.$/m)
    assert.match(table, /^import: 2026-01-01/m)
  })

  test('parts are written one by one, and read as they were', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'modelkeep-results-'))
    try {
      const opened = await openRun(directory)
      await opened.record('import', [{ ...half, hub: 50.123456 }])
      await opened.record('memory', [])
      await writeFile(join(directory, 'README.md'), 'no run')
      const [read, ...more] = await readRuns(directory)
      assert.equal(more.length, 0)
      assert.deepEqual(read?.parts, { import: [{ ...half, hub: 50.12 }], memory: [] })
    } finally {
      await rm(directory, { recursive: true })
    }
    assert.deepEqual(await readRuns(directory), [], 'no results yet')
  })

  test('the table tells whether each target is met, and what was the limit', () => {
    const bounded: Finding = { ...half, name: 'bounded', busy: { hub: 0.4, reference: 0.99 } }
    const table = recordTable(latestOf([run('2026-01-01', { requests: [half, bounded] })]))
    assert.match(
      table,
      /^\| a & b <c> \| 50 req\/s \| 100 req\/s .*\| 0\.50 \| 0\.49 \| ≥ 0\.85 \| \*\*missed\*\* \|$/m,
    )
    assert.match(table, /^\| bounded<sup>1<\/sup> .*\| met \|$/m)
    assert.match(table, /^1\. The hub used less than 0\.9 of its cores/m)
  })

  test('text between marks is replaced, and nothing else', () => {
    const page = 'before\n<!-- record -->\nold\n<!-- /record -->\nafter'
    assert.equal(between(page, 'record', 'new'), 'before\n<!-- record -->\nnew\n<!-- /record -->\nafter')
    for (const wrong of ['none', '<!-- /record --><!-- record -->', `${page}\n${page}`])
      assert.throws(() => between(wrong, 'record', 'new'), /there has to be one/)
  })
})

suite('the picture', () => {
  const pictureOf = (...findings: Finding[]) => drawing(latestOf([run('2026-01-01', { requests: findings })]))

  test('has a bar for each finding with a target, and says which are met', () => {
    const met: Finding = { name: 'fast', unit: 'ms', hub: 5, target: { atMost: 10 } }
    const picture = pictureOf(half, met, { name: 'no target', unit: 'ms', hub: 1 })
    assert.match(picture, /<title>1 of 2 targets met<\/title>/)
    assert.equal(picture.match(/<rect class="met"/g)?.length, 1)
    assert.equal(picture.match(/<rect class="missed"/g)?.length, 1)
    assert.match(picture, /a &amp; b &lt;c>/)
    assert.match(picture, />5 ms \(≤ 10 ms\)</)
    assert.equal(picture, pictureOf(half, met), 'what has no target changes nothing')
  })

  test('a bar is as long as the finding is better or worse than its target', () => {
    const finding = (hub: number, target: Finding['target'], reference = 1): Finding => ({
      name: '',
      unit: 'ms',
      hub,
      reference,
      ...(target && { target }),
    })
    assert.equal(timesBetter(finding(2, { ratio: 1 })), 2)
    assert.equal(timesBetter(finding(1, { ratioAtMost: 2 })), 2)
    assert.equal(timesBetter(finding(50, { atMost: 100 })), 2)
    assert.equal(timesBetter(finding(50, { atLeast: 100 })), 0.5)
    assert.equal(timesBetter(finding(0, { atMost: 0 })), 1)
  })
})

suite('what is made of measurements', () => {
  test('sides are measured by turns, each first as often as the other', async () => {
    const order: string[] = []
    const side = (name: string) => async () => order.push(name)
    const results = await byTurns(3, [side('A'), side('B')])
    assert.equal(order.join(''), 'ABBAAB')
    assert.deepEqual(results, [
      [1, 4, 5],
      [2, 3, 6],
    ])
  })

  test('medians and percentiles are values that were measured', () => {
    assert.equal(median([3, 1, 2]), 2)
    assert.equal(median([4, 1, 2, 3]), 2)
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    assert.equal(percentile(hundred, 0.99), 99)
    assert.equal(percentile(hundred, 1), 100)
    assert.equal(percentile([7], 0.99), 7)
    assert.throws(() => median([]), /nothing was measured/)
    assert.deepEqual(
      medians([
        { a: 1, b: 9 },
        { a: 2, b: 7 },
        { a: 3, b: 8 },
      ]),
      { a: 2, b: 8 },
    )
  })

  test('where the generator was the limit, what a second of processor time did is judged', () => {
    assert.deepEqual(boundedSides(half), [])
    assert.equal(judged(half), 0.5)
    const bounded = { ...half, busy: { hub: 0.45, reference: 0.9 } }
    assert.deepEqual(boundedSides(bounded), ['hub'])
    assert.equal(ratioPerCoreSecond(bounded), 1)
    assert.equal(isMet(bounded), true)
    assert.equal(isMet({ ...bounded, cores: { hub: 0.5 } }), false, 'all that it could use')
    const { generator: _, ...steady } = bounded
    assert.deepEqual(boundedSides(steady), [], 'a steady load is no limit')
  })

  test('a target is met or missed; without its reference it is missed', () => {
    const of = (hub: number, target: Finding['target'], reference?: number): Finding => ({
      name: '',
      unit: 'ms',
      hub,
      ...(reference !== undefined && { reference }),
      ...(target && { target }),
    })
    assert.equal(isMet(of(1, undefined)), undefined)
    assert.equal(isMet(of(1, { ratio: 1 })), false)
    assert.equal(isMet(of(1, { ratio: 1 }, 1)), true)
    assert.equal(isMet(of(2, { ratioAtMost: 1 }, 1)), false)
    assert.equal(isMet(of(1, { ratioAtMost: 1 }, 1)), true)
    assert.deepEqual(
      [0, 1].map((value) => isMet(of(value, { atMost: 0 }))),
      [true, false],
    )
    assert.deepEqual(
      [1, 0].map((value) => isMet(of(value, { atLeast: 1 }))),
      [true, false],
    )
    assert.equal(targetText(of(1, { atMost: 150 })), '≤ 150 ms')
    assert.equal(targetText(of(1, { ratio: 0.4 })), '≥ 0.40')
  })
})
