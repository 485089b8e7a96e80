import { type Task, type TaskAddress, type TaskResult, taskAt } from '../../../db/worker-task.ts'
import type { ModelRecord } from '../rows.ts'
import { type ListedValues, listedRecords, type ShownModels } from './hydrate.ts'

/** What is made of the models of a page, on the thread that reads them, so that nothing else is carried from there. */
export type PageTask<Options, Made> = Task<ListedValues, PageInput<Options>, Made>
export type PageTaskAddress<Options, Made> = TaskAddress<ListedValues, PageInput<Options>, Made>

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
    make(listedRecords(read, shown), options)

/** The address of a task, for the module that exports it under this name. */
export const pageTaskAt: <Options, Made>(
  module: string,
  name: string,
  task: PageTask<Options, Made>,
) => PageTaskAddress<Options, Made> = taskAt
