/** Milliseconds of one turn of the event loop for requests that had to wait on their connection. */
const turnMs = 2

/**
 * Gives a function that runs tasks later, in their order, for at most 2 ms in each turn of the event loop: in between, the
 * connections of others are read. A task that was begun is not interrupted.
 */
export function openPacedStarts(now: () => number = () => performance.now()): (task: () => void) => void {
  let tasks: (() => void)[] = []
  const run = () => {
    const end = now() + turnMs
    let done = 0
    while (done < tasks.length && now() < end) tasks[done++]?.()
    tasks = tasks.slice(done)
    if (tasks.length > 0) setImmediate(run)
  }
  return (task) => {
    if (tasks.length === 0) setImmediate(run)
    tasks.push(task)
  }
}
