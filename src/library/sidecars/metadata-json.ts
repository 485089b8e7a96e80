import { z } from 'zod'
import { createSidecarClaim, type SidecarClaim, type SidecarProblem } from './claim.ts'
import { flag, name, parseFields, sha256, text, texts } from './fields.ts'
import { browsingLevel } from './site-images.ts'
import { baseModel, readSiteVersion, tags } from './site-version.ts'

/** Reads `<stem>.metadata.json` of LoRA managers: their own fields, and the site's version in `civitai`. */
export function readMetadataJson(json: string): SidecarClaim {
  const problems: SidecarProblem[] = []
  const fields = parseFields(json, problems)
  const version = readSiteVersion(fields.object('civitai'))
  const own = fields.get('sha256', optionalHash)
  const words = fields.get('trainedWords', texts)
  const ownTags = fields.get('tags', tags)
  return createSidecarClaim({
    ...version,
    source: 'metadata-json',
    problems,
    sha256: [...new Set([...(own === undefined ? [] : [own]), ...(version.sha256 ?? [])])],
    modelName: version.modelName ?? fields.get('model_name', name),
    baseModel: fields.get('base_model', baseModel) ?? version.baseModel,
    description: fields.get('modelDescription', text) || version.description,
    tags: ownTags === undefined || ownTags.length === 0 ? version.tags : ownTags,
    trainedWords: words === undefined || words.length === 0 ? version.trainedWords : words,
    previewLevel: fields.get('preview_nsfw_level', browsingLevel),
    notes: fields.get('notes', name),
    favorite: fields.get('favorite', flag),
  })
}

const optionalHash = z.union([z.literal('').transform(() => undefined), sha256])
