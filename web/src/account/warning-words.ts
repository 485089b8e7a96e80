import { browserName } from './browser-name.ts'

/** Something that stood out in the use of a key. */
interface Warning {
  kind: keyof typeof what
  network: string
  agent: string
  place: string
}

const what = {
  query: 'The key stood in an address, where logs and histories keep it',
  network: 'Used from a new network',
  leak: 'Reported as leaked, and ended by that',
  found: 'The key can be read in the library',
  canary: 'Somebody tried this canary: find out what else lay beside it, and revoke that',
  origin: 'A web page sent it that may not: who opens that page can read it',
  rotated: 'A program still sends an old secret that has ended: give it the current one',
} as const

/** What a warning is about, and by whom or where it came, in plain words. */
export const warningWords = ({ kind, network, agent, place }: Warning): string =>
  kind === 'found'
    ? `${what.found}: ${place}. Who may see that may use it; rotate it`
    : `${what[kind]}: ${network || 'an unknown address'}, ${browserName(agent)}`
