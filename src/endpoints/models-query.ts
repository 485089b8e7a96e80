import { z } from 'zod'
import {
  checkpointTypeFilters,
  commercialUses,
  metricTimeframes,
  modelFormats,
  modelSorts,
  modelTypes,
} from '../catalog/enums.ts'
import { flag, idList, integer, listOf, oneOf, text, textList } from './core/parameters.ts'

/** The parameters of `GET /models` (contract §2). What each leaves out is written in `docs/filters.md`. */
export const modelsQuery = z.object({
  limit: integer({ min: 0, max: 100 }).default(100).describe('How many models a page has. 0 gives none.'),
  page: integer({ min: 1, max: 2 ** 31 - 1 })
    .optional()
    .describe('Counts from 1, and reaches the first 1,000 models. Not together with `query`.'),
  cursor: text().optional().describe('`nextCursor` of the page before, under the same `sort`. Reaches everything.'),
  query: text()
    .optional()
    .describe("Words that each begin a word of the name, the creator's name, the tags or the trained words."),
  ids: idList().optional().describe('These models.'),
  modelVersionIds: idList().optional().describe('The models of these versions.'),
  tag: text().optional().describe('Models with exactly this tag, in any letter case.'),
  tagname: text().optional().describe('The same as `tag`.'),
  username: text().optional().describe('Models of this creator, in any letter case. An unknown one is a 404.'),
  types: listOf(modelTypes).optional().describe('Models of any of these types.'),
  baseModels: textList()
    .optional()
    .describe(
      'Models with a version for any of these, in exact letters; of their versions only those are shown. `GET /api/v1/enums` has the names that the site knows.',
    ),
  checkpointType: oneOf(checkpointTypeFilters)
    .transform((type) => (type === 'Standard' ? undefined : type))
    .optional()
    .describe('Checkpoints of this kind; models of other types stay in. `Standard` restricts nothing.'),
  sort: oneOf(modelSorts).default('Highest Rated').describe('With `query` relevance decides instead.'),
  period: oneOf(metricTimeframes)
    .optional()
    .describe('Models whose newest version is at most a day, 7, 30 or 365 days old.'),
  nsfw: flag()
    .optional()
    .describe(
      "Absent: the levels that the hub's owner chose, PG unless said otherwise. `false`: PG. `true`: PG to XXX.",
    ),
  supportsGeneration: flag().optional().describe('`true` keeps nothing: the hub does not generate.'),
  fromPlatform: flag().optional().describe('`true`: models with a version that was trained on the site.'),
  earlyAccess: flag().optional().describe('`true`: models with a version whose early access has not ended.'),
  primaryFileOnly: flag().optional().describe('`true`: of each version the primary file alone.'),
  favorites: flag().optional().describe("`true`: the caller's favourites. Any value but `false` needs an account."),
  hidden: flag()
    .optional()
    .describe('`true`: what the caller has hidden, and nothing else. Any value but `false` needs an account.'),
  allowNoCredit: flag().optional().describe('Models whose licence says just this.'),
  allowDerivatives: flag().optional().describe('Models whose licence says just this.'),
  allowDifferentLicenses: flag().optional().describe('Models whose licence says just this.'),
  allowDifferentLicense: flag().optional().describe('The same as `allowDifferentLicenses`.'),
  allowCommercialUse: listOf(commercialUses).optional().describe('Models that allow any of these uses.'),
  fileFormats: listOf(modelFormats).optional().describe('Models with a file in any of these formats.'),
  archived: flag().optional().describe('`true`: archived models as well.'),
})
export type ModelsQuery = z.infer<typeof modelsQuery>
