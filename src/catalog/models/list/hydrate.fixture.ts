import { ofRecords, pageTaskAt } from './worker-task.ts'

/** The records as they are. */
export const recordsOfPage = ofRecords((records) => ({ output: records }))

export const asRecords = { task: pageTaskAt(import.meta.url, 'recordsOfPage', recordsOfPage), options: () => undefined }
