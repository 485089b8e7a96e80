import { z } from 'zod'
import { baseModels } from '../catalog/base-models.ts'
import { baseModelTypes, modelFileTypes, modelTypes } from '../catalog/enums.ts'
import { endpoint } from './core/define.ts'

const Enums = z
  .object({
    ModelType: z.array(z.string()),
    ModelFileType: z.array(z.string()),
    ActiveBaseModel: z.array(z.string()).describe('Without those that the site no longer offers for new models.'),
    BaseModel: z.array(z.string()),
    BaseModelType: z.array(z.string()),
  })
  .meta({ id: 'Enums', description: 'The words that models are described in.' })

const enums: z.infer<typeof Enums> = {
  ModelType: [...modelTypes],
  ModelFileType: [...modelFileTypes],
  ActiveBaseModel: baseModels.filter(({ hidden }) => !hidden).map(({ name }) => name),
  BaseModel: baseModels.map(({ name }) => name),
  BaseModelType: [...baseModelTypes],
}

export const getEnums = endpoint({
  method: 'GET',
  path: '/api/v1/enums',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The words that models are described in',
  description: 'Base models grow with the site; models of others are listed all the same.',
  example: { reply: enums },
  reply: Enums,
  shows: () => [],
  handle: () => enums,
})
