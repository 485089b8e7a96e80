/*
 * Work that goes to where rows are read, on the thread that has the connection, so that only what it makes of them is
 * carried to the thread that serves. `Queries` names what each of its queries binds.
 */

/** The rows of a query, each with the values of its columns in their order. All of a task's see the database at one moment. */
export type ReadRows<Queries> = <Name extends keyof Queries & string>(name: Name, values: Queries[Name]) => unknown[][]

/** What a task has made; `moved` are those of its buffers that are handed over without a copy. */
export interface TaskResult<Output> {
  output: Output
  transferList?: readonly ArrayBuffer[]
}

export type WorkerTask<Queries, Input, Output> = (read: ReadRows<Queries>, input: Input) => TaskResult<Output>

/** Where a thread finds a task: a function that its module exports. The types are those of the task. */
export interface TaskLocation<Queries, Input, Output> {
  module: string
  name: string
  task?: WorkerTask<Queries, Input, Output>
}

/** The address of a task, for the module that exports it under this name. */
export const taskAt = <Queries, Input, Output>(
  module: string,
  name: string,
  // Only of its types.
  _task: WorkerTask<Queries, Input, Output>,
): TaskLocation<Queries, Input, Output> => ({ module, name })
