import type { ModelRecord } from '../../catalog/models/rows.ts'
import type { Model } from './model.ts'
import { toVersionDto } from './version-dto.ts'

/** How much of a model is shown. */
export interface ModelDtoContext {
  origin: string
  /** Of each version's files only the primary one. */
  primaryFileOnly?: boolean | undefined
}

export function toModelDto(model: ModelRecord, presentation: ModelDtoContext): Model {
  return {
    id: model.id,
    name: model.name,
    description: model.description,
    type: model.type as Model['type'], // the importer writes only what the enumerations hold
    nsfw: model.nsfw === 1,
    nsfwLevel: model.nsfw_level,
    availability: model.availability as Model['availability'],
    supportsGeneration: false,
    allowNoCredit: model.allow_no_credit === 1,
    allowCommercialUse: model.allow_commercial_use as Model['allowCommercialUse'],
    allowDerivatives: model.allow_derivatives === 1,
    allowDifferentLicense: model.allow_different_license === 1,
    minor: model.minor === 1,
    poi: model.poi === 1,
    sfwOnly: model.sfw_only === 1,
    cosmetic: null,
    ...(model.mode !== null && { mode: model.mode }),
    stats: {
      downloadCount: model.download_count,
      thumbsUpCount: model.thumbs_up_count,
      thumbsDownCount: model.thumbs_down_count,
      commentCount: model.comment_count,
      tippedAmountCount: model.tipped_amount_count,
    },
    creator: model.creator,
    tags: model.tags,
    modelVersions: model.versions.map((version) => toVersionDto(version, model, presentation)),
  }
}
