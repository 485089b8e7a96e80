import type { Endpoint } from './define.ts'
import { download, downloadTrainingData, fileBytes } from './downloads.ts'
import { getMe } from './me.ts'
import { media } from './media.ts'
import { getTensorMetadata } from './model-files.ts'

/** The one list of all endpoints. */
export const endpoints: Endpoint[] = [getMe, download, downloadTrainingData, fileBytes, media, getTensorMetadata]
