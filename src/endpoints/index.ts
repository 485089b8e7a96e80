import type { Endpoint } from './define.ts'
import { download, downloadTrainingData, fileBytes } from './downloads.ts'
import { getMe } from './me.ts'
import { media } from './media.ts'
import { getTensorMetadata } from './model-files.ts'
import {
  findModelVersionIdsByHash,
  findModelVersionsByHash,
  getMiniModelVersion,
  getModelVersion,
  getModelVersionByHash,
} from './model-versions.ts'
import { getModel, listModels } from './models.ts'

/** The one list of all endpoints. */
export const endpoints: Endpoint[] = [
  getMe,
  download,
  downloadTrainingData,
  fileBytes,
  media,
  getTensorMetadata,
  listModels,
  getModel,
  getModelVersion,
  getMiniModelVersion,
  getModelVersionByHash,
  findModelVersionsByHash,
  findModelVersionIdsByHash,
]
