import { AsyncLocalStorage } from 'node:async_hooks'
import type { OnStatement } from './db/database.ts'

/** Tells what is done for one request to those who watch it, and to nobody else. */
export interface RequestWork {
  /** Runs a task; what is done for it, however deep and however late, is told to `onStatement`, and to who watches around it. */
  watch<Result>(onStatement: OnStatement, task: () => Result): Result
  /** Tells those who watch the task that runs. */
  onStatement: OnStatement
}

/** Without a watched request, asking costs a few nanoseconds. */
export function openRequestWork(): RequestWork {
  const watching = new AsyncLocalStorage<OnStatement>()
  return {
    watch(onStatement, task) {
      const around = watching.getStore()
      const both: OnStatement = (statement) => {
        onStatement(statement)
        around?.(statement)
      }
      return watching.run(around ? both : onStatement, task)
    },
    onStatement: (statement) => watching.getStore()?.(statement),
  }
}
