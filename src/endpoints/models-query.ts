import { z } from 'zod'
import {
  checkpointTypes,
  commercialUses,
  metricTimeframes,
  modelFormats,
  modelSorts,
  modelTypes,
} from '../catalog/enums.ts'
import { flag, idList, integer, listOf, oneOf, text, textList } from './parameters.ts'

/** The parameters of `GET /models` (contract §2). What each leaves out is written in `docs/filters.md`. */
export const modelsQuery = z.object({
  limit: integer({ min: 0, max: 100 }).default(100),
  page: integer({ min: 1, max: 2 ** 31 - 1 }).optional(),
  cursor: text().optional(),
  query: text().optional(),
  ids: idList().optional(),
  modelVersionIds: idList().optional(),
  tag: text().optional(),
  /** The site's other name for `tag`. */
  tagname: text().optional(),
  username: text().optional(),
  types: listOf(modelTypes).optional(),
  /** Free texts: a hub may hold models of base models that the enumeration does not know. */
  baseModels: textList().optional(),
  checkpointType: oneOf(checkpointTypes).optional(),
  sort: oneOf(modelSorts).default('Highest Rated'),
  period: oneOf(metricTimeframes).optional(),
  nsfw: flag().optional(),
  supportsGeneration: flag().optional(),
  fromPlatform: flag().optional(),
  earlyAccess: flag().optional(),
  primaryFileOnly: flag().optional(),
  favorites: flag().optional(),
  hidden: flag().optional(),
  allowNoCredit: flag().optional(),
  allowDerivatives: flag().optional(),
  /** Documented with an s, sent without by clients that read the site's source. */
  allowDifferentLicenses: flag().optional(),
  allowDifferentLicense: flag().optional(),
  allowCommercialUse: listOf(commercialUses).optional(),
  fileFormats: listOf(modelFormats).optional(),
  archived: flag().optional(),
})
export type ModelsQuery = z.infer<typeof modelsQuery>
