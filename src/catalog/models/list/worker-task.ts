import { type TaskLocation, type TaskResult, taskAt, type WorkerTask } from '../../../db/worker-task.ts'
import type { ModelRecord } from '../rows.ts'
import { hydrateModels, type ListedValues, type ShownModels } from './hydrate.ts'

/** What is made of the models of a page, on the thread that reads them, so that nothing else is carried from there. */
export type PageTask<Options, Made> = WorkerTask<ListedValues, PageInput<Options>, Made>
export type PageTaskAddress<Options, Made> = TaskLocation<ListedValues, PageInput<Options>, Made>

export interface PageInput<Options> {
  shown: ShownModels
  options: Options
}

/** A task that makes something of the records of a page. */
export const ofRecords =
  <Options, Made>(
    make: (records: readonly ModelRecord[], options: Options) => TaskResult<Made>,
  ): PageTask<Options, Made> =>
  (read, { shown, options }) =>
    make(hydrateModels(read, shown), options)

/** The address of a task, for the module that exports it under this name. */
export const pageTaskAt: <Options, Made>(
  module: string,
  name: string,
  task: PageTask<Options, Made>,
) => PageTaskAddress<Options, Made> = taskAt
