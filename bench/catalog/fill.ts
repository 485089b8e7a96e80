import { type CatalogPlan, generateModel } from './generate.ts'
import { creatorIdOf, isListed, type ModelTables, rowsOfModel } from './rows.ts'
import type { CatalogSink } from './sqlite-sink.ts'
import { creatorName, tagName } from './vocabulary.ts'

const modelsAtOnce = 5000

/** Writes the models of a plan, then the tags and creators that they have, and finishes. `tell` hears of the progress. */
export async function fillCatalog(
  plan: CatalogPlan,
  sink: CatalogSink,
  tell: (step: string) => void = () => {},
): Promise<void> {
  /** By rank: how many listed models each has. */
  const ofTags = new Map<number, number>()
  const ofCreators = new Map<number, number>()
  const started = performance.now()
  for (let number = 0; number < plan.models; number++) {
    const model = generateModel(plan, number)
    const { text, ...rows } = rowsOfModel(plan, model)
    for (const table of Object.keys(rows) as ModelTables[]) for (const row of rows[table]) sink.add(table, row)
    sink.addText(model.id, text)
    const listed = Number(isListed(model))
    for (const rank of model.tagRanks) ofTags.set(rank, (ofTags.get(rank) ?? 0) + listed)
    ofCreators.set(model.creatorRank, (ofCreators.get(model.creatorRank) ?? 0) + listed)
    if ((number + 1) % modelsAtOnce === 0) {
      sink.flush()
      const perSecond = Math.round((1000 * (number + 1)) / (performance.now() - started))
      tell(`${(number + 1).toLocaleString('en')} models, ${perSecond.toLocaleString('en')} a second`)
    }
  }
  addTags(sink, ofTags)
  addCreators(plan, sink, ofCreators)
  for (const [name, counts] of [
    ['tag', ofTags],
    ['account', ofCreators],
  ] as const)
    sink.setKeptCount(name, [...counts.values()].filter((count) => count > 0).length)
  await sink.finish(tell)
}

function addTags(sink: CatalogSink, ofTags: ReadonlyMap<number, number>): void {
  for (const [rank, model_count] of ofTags) {
    const name = tagName(rank)
    sink.add('tag', { id: rank + 1, name, name_key: name.toLowerCase(), model_count })
  }
}

function addCreators({ until }: CatalogPlan, sink: CatalogSink, ofCreators: ReadonlyMap<number, number>): void {
  const at = new Date(until).toISOString()
  for (const [rank, model_count] of ofCreators) {
    const username = creatorName(rank)
    sink.add('account', {
      id: creatorIdOf(rank),
      username,
      username_key: username.toLowerCase(),
      name: username,
      email: null,
      email_verified: 0,
      image: null,
      role: 'user',
      status: 'active',
      tier: 'free',
      model_count,
      created_at: at,
      updated_at: at,
    })
  }
}
