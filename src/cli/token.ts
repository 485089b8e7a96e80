import { type Command, InvalidArgumentError, Option } from 'commander'
import { commandLine } from '../audit/actor-context.ts'
import { parseScope, scopeNames, scopePresets, scopes } from '../auth/scopes.ts'
import type { NewToken } from '../auth/tokens/change-tokens.ts'
import type { TokenKind } from '../auth/tokens/token-format.ts'
import { queryPolicies } from '../auth/tokens/token-limits.ts'
import type { TokenSummary } from '../auth/tokens/token-list.ts'
import { openTokens, type Tokens } from '../auth/tokens/tokens.ts'
import { accountIdOf } from './account-id.ts'
import { type CliContext, type OpenHub, onHub, printLines } from './context.ts'
import { readDuration, readMoment } from './duration.ts'
import { registerTokenScanCommand } from './token-scan.ts'

/** Registers `token create | list | revoke | rotate | scan`. Standard output holds the token, or the list, alone. */
export function registerTokenCommands(program: Command, context: CliContext): void {
  const token = program.command('token').description('bearer tokens')

  token
    .command('create')
    .description('make a token and print it, this once')
    .requiredOption('--user <username>', 'account it speaks for')
    .requiredOption('--name <label>', 'what it is for, 1 to 64 characters')
    .addOption(
      new Option('--kind <kind>', 'bearer; publishable, for pages; canary, which may nothing and tells of every use')
        .choices(['bearer', 'publishable', 'canary'])
        .default('bearer'),
    )
    .option('--expires <when>', 'how long it lasts (90d, 24h) or until when (2030-01-31)', readExpiry)
    .option(
      '--scope <scopes>',
      `names or presets (${Object.keys(scopePresets).join(', ')}), joined by commas`,
      readScope,
    )
    .option('--network <cidr>', 'where it may be used from; repeated or joined by commas', collect)
    .option('--origin <origin>', 'page that may use a publishable token; repeated or joined by commas', collect)
    .addOption(new Option('--query-policy <policy>', 'where ?token= is taken').choices(queryPolicies))
    .action((options: CreateOptions, command: Command) =>
      onHub(context, command, async (hub) => {
        const { user, name, kind, expires, network, origin, queryPolicy, scope = scopePresets.Full } = options
        const made = await withTokens(hub, async (tokens) =>
          tokens.create(
            {
              accountId: await accountIdOf(hub, user),
              kind,
              name,
              scope,
              ...(expires !== undefined && { expiresAt: expires }),
              ...(network && { networks: network }),
              ...(origin && { origins: origin }),
              ...(queryPolicy && { queryPolicy }),
            },
            { by: commandLine },
          ),
        )
        printLines(context, [made.text])
      }),
    )

  token
    .command('list')
    .description('the tokens of an account: id, name, state, last use')
    .requiredOption('--user <username>', 'whose tokens')
    .option('--json', 'one JSON array, with everything known of each', false)
    .action(({ user, json }: { user: string; json: boolean }, command: Command) =>
      onHub(context, command, async (hub) => {
        const accountId = await accountIdOf(hub, user)
        const list = await withTokens(hub, (tokens) => tokens.list(accountId))
        printLines(context, json ? [JSON.stringify(list.map(asJson), undefined, 2)] : list.map(asLine))
      }),
    )

  token
    .command('revoke')
    .description('end a token from the next request on')
    .argument('<id>', 'its number in the list', readId)
    .action((id: number, _options: object, command: Command) =>
      onHub(context, command, (hub) =>
        withTokens(hub, (tokens) => tokens.revoke(id, 'revoked on the command line', commandLine)),
      ),
    )

  token
    .command('rotate')
    .description('give a token a new secret and print it, this once')
    .argument('<id>', 'its number in the list', readId)
    .option('--overlap <duration>', 'how long the old secret keeps working (24h, 7d; at most 30d)', readOverlap, 0)
    .option('--silence <duration>', 'it ends sooner once it was not used for so long (1h to 30d)', readOverlap)
    .action((id: number, { overlap, silence }: { overlap: number; silence?: number }, command: Command) =>
      onHub(context, command, async (hub) => {
        const { text } = await withTokens(hub, (tokens) =>
          tokens.rotate(id, { overlapMs: overlap, silenceMs: silence, by: commandLine }),
        )
        printLines(context, [text])
      }),
    )

  registerTokenScanCommand(token, context)
}

interface CreateOptions {
  user: string
  name: string
  kind: TokenKind
  /** Unix milliseconds. */
  expires?: number
  scope?: number
  network?: string[]
  origin?: string[]
  queryPolicy?: NonNullable<NewToken['queryPolicy']>
}

async function withTokens<Result>(hub: OpenHub, work: (tokens: Tokens) => Promise<Result>): Promise<Result> {
  const tokens = openTokens({ ...hub, longestLifeDays: hub.longestTokenLife })
  try {
    return await work(tokens)
  } finally {
    await tokens.close()
  }
}

const isoOrNull = (unixMs: number | null) => (unixMs === null ? null : new Date(unixMs).toISOString())

const asLine = ({ id, name, state, lastUsedAt }: TokenSummary) =>
  [id, name, state, isoOrNull(lastUsedAt) ?? 'never'].join('\t')

/** For programs: times as ISO 8601, scopes by name beside their mask. */
const asJson = ({ secrets, requests, warnings, ...token }: TokenSummary) => ({
  ...token,
  scopes: scopeNames(token.scope),
  createdAt: isoOrNull(token.createdAt),
  expiresAt: isoOrNull(token.expiresAt),
  revokedAt: isoOrNull(token.revokedAt),
  lastUsedAt: isoOrNull(token.lastUsedAt),
  secrets: secrets.map(({ clients, ...secret }) => ({
    ...secret,
    createdAt: isoOrNull(secret.createdAt),
    endsAt: isoOrNull(secret.endsAt),
    lastUsedAt: isoOrNull(secret.lastUsedAt),
    clients: clients.map(({ scopes: mask, ...client }) => ({
      ...client,
      scopes: scopeNames(mask),
      lastSeenAt: isoOrNull(client.lastSeenAt),
    })),
  })),
  requests: requests.map(({ day, count }) => ({ day: isoOrNull(day)?.slice(0, 10), count })),
  warnings: warnings.map((warning) => ({ ...warning, at: isoOrNull(warning.at) })),
})

function readExpiry(text: string): number {
  const moment = readMoment(text, Date.now())
  if (moment === undefined) throw new InvalidArgumentError('It is a duration such as 90d or a date such as 2030-01-31.')
  return moment
}

function readOverlap(text: string): number {
  const duration = readDuration(text)
  if (duration === undefined) throw new InvalidArgumentError('It is a duration such as 24h or 7d.')
  return duration
}

function readScope(text: string): number {
  const read = parseScope(text)
  if ('mask' in read) return read.mask
  throw new InvalidArgumentError(
    `"${read.unknownName}" is none of ${[...Object.keys(scopePresets), ...scopes].join(', ')}.`,
  )
}

function readId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new InvalidArgumentError('It is a number; the list of tokens shows it.')
  return Number(text)
}

const collect = (text: string, earlier: string[] = []) => [
  ...earlier,
  ...text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
]
