/** Who has something done. */
export type Actor =
  | { via: 'session'; accountId: number; sessionId: number }
  | { via: 'token'; accountId: number; tokenId: number }
  /** Whoever may run commands on the hub's machine. */
  | { via: 'command line' }
  /** Somebody who has not proved who they are, with a link or a code perhaps. */
  | { via: 'nobody' }
  /** The hub, by itself. */
  | { via: 'hub' }

/** Who asks for a change, and where from; `network` and `agent` are empty where there is none. */
export interface ActorContext {
  actor: Actor
  network: string
  agent: string
}

/** Commands run on the hub's own machine, by whoever may read its data. */
export const commandLine: ActorContext = { actor: { via: 'command line' }, network: '', agent: '' }

/** What the hub does or notices by itself. */
export const hubItself: ActorContext = { actor: { via: 'hub' }, network: '', agent: '' }
