/** One kind of message among the processes that serve one hub. What is told is JSON. */
export interface Channel<Message> {
  /** Tells all others, in the order of the telling. Nobody waits for it. */
  publish(message: Message): void
  subscribe(listener: (message: Message) => void): void
}

/** The processes that serve one hub, as one of them sees the others. */
export interface WorkerBus {
  /** How many serve it, this one among them. */
  count: number
  /** With `keepsLatest` a process that starts later hears the latest message too. */
  channel<Message>(name: string, options?: { retainLatest?: boolean }): Channel<Message>
  /** What does `work` here and in all others, called in any of them; it ends when it is done in all. */
  runOnAll(name: string, work: () => Promise<void>): () => Promise<void>
}

/** A process that serves its hub by itself. */
export const singleProcess: WorkerBus = {
  count: 1,
  channel: () => ({ publish: () => undefined, subscribe: () => undefined }),
  runOnAll: (_name, work) => work,
}
