import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { Database } from '../../db/database.ts'
import { prepareStatement } from '../../db/prepared-statement.ts'
import { imageSorts } from '../enums.ts'
import type { FilterValues } from './filter.ts'
import { withImages } from './images.fixture.ts'
import { type PageShape, type PageValues, pageQuery } from './statement.ts'

const indexOf = {
  'Most Reactions': ['image_reactions', 'reaction_count'],
  'Most Comments': ['image_comments', 'comment_count'],
  'Most Collected': ['image_collected', 'collected_count'],
  Newest: ['image_created', 'created_at'],
  Oldest: ['image_created', 'created_at'],
  Random: ['image_random', 'random_key'],
} as const
const walked: (keyof FilterValues)[][] = [['levels'], ['levels', 'newerThan', 'film', 'baseModels', 'tagIds']]

test('every sort is read off its index, at the first page and behind a cursor: nothing is sorted', () =>
  withImages(async ({ database }) => {
    for (const sort of imageSorts) {
      for (const filters of walked) {
        const [index, column] = indexOf[sort]
        const first = await planOf(database, { sort, filters, continues: false })
        assertNothingSorted(first)
        assert.equal(imageSteps(first).length, 1, first.join('\n'))
        assert.match(imageSteps(first)[0] ?? '', new RegExp(`^(SCAN|SEARCH) image USING INDEX ${index}\\b`))

        const behind = await planOf(database, { sort, filters, continues: true })
        assertNothingSorted(behind)
        const [ties, rest, ...more] = imageSteps(behind)
        const sign = sort === 'Oldest' ? '>' : '<'
        // Ties are sought by the id: where nobody has reacted to anything, all of the catalog is one tie.
        assert.match(ties ?? '', new RegExp(`USING INDEX ${index} \\(${column}=\\? AND id${sign}\\?\\)`))
        assert.match(rest ?? '', new RegExp(`^SEARCH image USING INDEX ${index} \\(.*${column}${sign}\\?`))
        assert.deepEqual(more, [])
      }
    }
  }))

test('a filter with few images finds them by an index of its own, whatever the order', () =>
  withImages(async ({ database }) => {
    const named: [keyof FilterValues, RegExp][] = [
      ['id', /^SEARCH image USING INTEGER PRIMARY KEY/],
      ['ids', /^SEARCH image USING INTEGER PRIMARY KEY/],
      ['postId', /^SEARCH image USING COVERING INDEX image_post \(post_id=\?\)/],
      ['modelId', /^SEARCH image USING COVERING INDEX image_model \(model_id=\?\)/],
      ['versionId', /^SEARCH image USING COVERING INDEX image_position \(version_id=\?\)/],
      ['creatorId', /^SEARCH image USING COVERING INDEX image_creator \(creator_id=\?\)/],
      ['film', /^SEARCH image USING COVERING INDEX image_film \(type=\?\)/],
      ['baseModels', /^SEARCH image USING COVERING INDEX image_base \(base_model=\?\)/],
      ['tagIds', /^SEARCH model_tag USING PRIMARY KEY \(tag_id=\?\)/],
      ['newerThan', /^SEARCH image USING COVERING INDEX image_created \(created_at>\?\)/],
    ]
    for (const sort of imageSorts) {
      for (const [lead, expected] of named) {
        for (const continues of [false, true]) {
          const plan = await planOf(database, { sort, filters: ['levels', lead], continues, lead })
          assert.match(plan.find((step) => step.startsWith('SEARCH')) ?? '', expected)
          assert.ok(!plan.some((step) => /^SCAN (?!page|agg|lead|source|json_each|wanted)/.test(step)), plan.join('\n'))
        }
      }
    }
  }))

function assertNothingSorted(plan: readonly string[]): void {
  assert.ok(!plan.some((step) => step.includes('TEMP B-TREE')), plan.join('\n'))
  // What a plan calls a scan is the index in its order, a bound list, or the rows of an inner query that was limited already.
  const scans = plan.filter(
    (step) => step.startsWith('SCAN') && !/^SCAN (image USING INDEX|json_each|page$|agg$)/.test(step),
  )
  assert.deepEqual(scans, [])
}

/** How the ids of a page are found: each step that reads `image`, but for the last, which builds the records. */
const imageSteps = (plan: readonly string[]) => plan.filter((step) => /^(SCAN|SEARCH) image /.test(step)).slice(0, -1)

async function planOf(database: Database, shape: Omit<PageShape, 'parts'>): Promise<string[]> {
  const query = prepareStatement<Required<PageValues>, unknown>((values) =>
    pageQuery({ ...shape, parts: { meta: true, tags: true } }, database.engine)(database.kysely, values),
  )
  const { rows } = await sql<{ detail: string }>`${sql.raw(`explain query plan ${query.sql}`)}`.execute(database.kysely)
  return rows.map(({ detail }) => detail)
}
