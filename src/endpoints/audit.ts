import { z } from 'zod'
import type { AuditEntry } from '../audit/audit-log.ts'
import { auditKinds } from '../audit/kinds.ts'
import { readCursor, writeCursor } from '../catalog/cursor.ts'
import { rejectBadCursors } from './core/cursor-pagination.ts'
import { endpoint } from './core/define.ts'
import { pageUrl } from './core/next-page.ts'
import { integer, oneOf, text, time } from './core/parameters.ts'
import type { Services } from './core/services.ts'

const Person = z.object({ id: z.int(), username: z.string().nullable() })

const AuditEvent = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    kind: z.enum(auditKinds),
    account: Person.nullable().describe('Whom it concerns; null: nobody, or nobody known.'),
    actor: z.object({
      via: z.enum(['session', 'token', 'command line', 'nobody', 'hub']).describe('`nobody`: not signed in.'),
      account: Person.nullable(),
      tokenId: z.int().nullable(),
      sessionId: z.int().nullable(),
    }),
    network: z.string().nullable().describe('The address that it came from; null where there is none to tell.'),
    agent: z.string().nullable().describe('What the program calls itself; null where there is none to tell.'),
    details: z.record(z.string(), z.unknown()).describe('What else the kind has to tell; `docs/audit.md` lists it.'),
  })
  .meta({ id: 'AuditEvent', description: 'An entry of the audit log. Usernames are those of the time.' })

const AuditPage = z.object({
  items: z.array(AuditEvent),
  metadata: z.object({ nextCursor: z.string().optional(), nextPage: z.string().optional() }),
})

const pageQuery = {
  kind: oneOf(auditKinds).optional(),
  since: time('from').optional().describe('A day or a time in ISO 8601: nothing before it.'),
  limit: integer({ min: 1, max: 200 }).default(50),
  cursor: text().optional().describe('`nextCursor` of the page before.'),
}

const exampleEvent: z.infer<typeof AuditEvent> = {
  id: 812,
  at: '2026-03-15T18:05:12.020Z',
  kind: 'sign-in',
  account: { id: 4, username: 'ada' },
  actor: { via: 'session', account: { id: 4, username: 'ada' }, tokenId: null, sessionId: 31 },
  network: '192.168.1.20',
  agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  details: { way: 'passkey', sessionId: 31 },
}

const badCursor = { kind: 'invalid', text: 'The cursor is not valid' } as const

export const listOwnAudit = endpoint({
  method: 'GET',
  path: '/api/v1/me/audit',
  category: 'authenticated',
  // Every token has `UserRead`, and networks are no business of a program that downloads.
  scope: 'UserWrite',
  summary: "What happened to the caller's account: sign-ins, tokens, passwords, newest first",
  description: 'Of what somebody else did, an owner say, the network and the program are not told.',
  query: z.object(pageQuery),
  reply: AuditPage,
  errors: [badCursor],
  example: { query: { limit: '1' }, reply: { items: [exampleEvent], metadata: {} } },
  async handle({ principal: { accountId }, ...request }) {
    const { entries, metadata } = await pageOf(request, accountId)
    const shown = entries.map((entry) => (isOwnDoing(entry, accountId) ? entry : withoutSender(entry)))
    return { items: shown.map(presentEntry), metadata }
  },
})

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/v1/audit',
  category: 'authenticated',
  scope: 'UserWrite',
  owner: true,
  summary: 'What happened to accounts, tokens and folders, newest first',
  query: z.object({
    account: text(64).optional().describe('A username: what concerns this account alone.'),
    ...pageQuery,
  }),
  reply: AuditPage,
  errors: [badCursor],
  example: {
    query: { account: 'ada', kind: 'sign-in', limit: '1' },
    reply: { items: [exampleEvent], metadata: {} },
  },
  async handle({ accounts, ...request }) {
    const { account } = request.query
    const found = account === undefined ? undefined : await accounts.find(account)
    if (account !== undefined && !found) return { items: [], metadata: {} }
    const { entries, metadata } = await pageOf(request, found?.id)
    return { items: entries.map(presentEntry), metadata }
  },
})

interface PageRequest extends Pick<Services, 'auditLog'> {
  query: z.infer<z.ZodObject<typeof pageQuery>>
  origin: string
  target: string
}

const order = 'audit'

const keysOf = async (cursor: string | undefined) =>
  cursor === undefined ? [] : readCursor(cursor, { order, keyCount: 1 })

async function pageOf({ query, auditLog, origin, target }: PageRequest, accountId: number | undefined) {
  const { cursor, ...wanted } = query
  const [below] = await rejectBadCursors(keysOf(cursor))
  const { entries, nextBelow } = await auditLog.list({ ...wanted, accountId, below })
  const nextCursor = nextBelow === undefined ? undefined : writeCursor({ order, keys: [nextBelow] })
  const metadata =
    nextCursor === undefined ? {} : { nextCursor, nextPage: pageUrl(origin, target, { cursor: nextCursor }) }
  return { entries, metadata }
}

/** Whoever is not signed in may be the account's own person, or somebody who guesses at its password. */
const isOwnDoing = ({ actor }: AuditEntry, accountId: number) =>
  actor.account === null || actor.account.id === accountId

const withoutSender = (entry: AuditEntry): AuditEntry => ({
  ...entry,
  actor: { ...entry.actor, tokenId: null, sessionId: null },
  network: '',
  agent: '',
})

const presentEntry = ({ at, network, agent, ...entry }: AuditEntry): z.infer<typeof AuditEvent> => ({
  ...entry,
  at: new Date(at).toISOString(),
  network: network || null,
  agent: agent || null,
})
