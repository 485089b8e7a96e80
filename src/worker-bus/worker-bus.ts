/** A named channel of JSON messages between the worker processes of one hub. */
export interface Channel<Message> {
  /** Sends a message to all other workers, in order and without an acknowledgment. */
  publish(message: Message): void
  subscribe(listener: (message: Message) => void): void
}

/** Connects the worker processes of one hub. */
export interface WorkerBus {
  /** Number of worker processes, this one included. */
  count: number
  /** Opens a channel. With `retainLatest`, a worker that starts later receives the latest message. */
  channel<Message>(name: string, options?: { retainLatest?: boolean }): Channel<Message>
  /** Registers `work` under a name in every worker. The returned function runs it in all of them and waits for all. */
  runOnAll(name: string, work: () => Promise<void>): () => Promise<void>
}

/** The bus of a hub that runs in one process. */
export const singleProcess: WorkerBus = {
  count: 1,
  channel: () => ({ publish: () => undefined, subscribe: () => undefined }),
  runOnAll: (_name, work) => work,
}
