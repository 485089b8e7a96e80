import type { Endpoint } from './define.ts'
import { download, downloadTrainingData, fileBytes } from './downloads.ts'

/** The one list of all endpoints. */
export const endpoints: Endpoint[] = [download, downloadTrainingData, fileBytes]
