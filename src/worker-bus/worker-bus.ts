/** One kind of message among the processes that serve one hub. What is told is JSON. */
export interface Channel<Message> {
  /** Tells all others, in the order of the telling. Nobody waits for it. */
  tell(message: Message): void
  hear(listener: (message: Message) => void): void
}

/** The processes that serve one hub, as one of them sees the others. */
export interface Peers {
  /** How many serve it, this one among them. */
  count: number
  /** With `keepsLatest` a process that starts later hears the latest message too. */
  channel<Message>(name: string, options?: { keepsLatest?: boolean }): Channel<Message>
  /** What does `work` here and in all others, called in any of them; it ends when it is done in all. */
  together(name: string, work: () => Promise<void>): () => Promise<void>
}

/** A process that serves its hub by itself. */
export const alone: Peers = {
  count: 1,
  channel: () => ({ tell: () => undefined, hear: () => undefined }),
  together: (_name, work) => work,
}
