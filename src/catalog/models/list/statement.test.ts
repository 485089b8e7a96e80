import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { prepareStatement } from '../../../db/prepared-statement.ts'
import { modelSorts } from '../../enums.ts'
import { type ModelsFixture, withModels } from '../models.fixture.ts'
import type { PageShape, PageValues } from './page-shape.ts'
import { pageQuery } from './statement.ts'

test('every sort is read off its index, at the first page and behind a cursor: nothing is sorted or scanned', () =>
  withModels(async ({ database }) => {
    for (const order of modelSorts) {
      for (const continues of [false, true]) {
        const plan = await planOf(database, { order, continues, filters: ['levels', 'unmarked'] })
        const said = `${order}, behind a cursor: ${continues}\n${plan.join('\n')}`
        assert.ok(!plan.some((step) => step.includes('TEMP B-TREE')), said)
        assert.ok(!plan.some((step) => step.startsWith('SCAN')), said)
        const seeks = plan.filter((step) => step.startsWith('SEARCH model USING INDEX'))
        assert.equal(seeks.length, continues ? 2 : 1, said)
        assert.ok(!continues || seeks.every((step) => step.includes(' AND ')), said)
      }
    }
  }))

test('ties are sought by the id, so that a catalog without any counts costs no more at its end', () =>
  withModels(async ({ database }) => {
    const plan = await planOf(database, { order: 'Most Downloaded', continues: true, filters: ['levels', 'unmarked'] })
    assert.ok(
      plan.some((step) => /download_count=\? AND thumbs_up_count=\? AND id<\?/.test(step)),
      plan.join('\n'),
    )
  }))

async function planOf(database: ModelsFixture['database'], shape: PageShape): Promise<string[]> {
  const query = prepareStatement<Required<PageValues>, unknown>((values) =>
    pageQuery(shape, database.engine)(database.kysely, values),
  )
  const { rows } = await sql<{ detail: string }>`${sql.raw(`explain query plan ${query.sql}`)}`.execute(database.kysely)
  return rows.map(({ detail }) => detail)
}
