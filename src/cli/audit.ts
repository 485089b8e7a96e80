import { type Command, InvalidArgumentError, Option } from 'commander'
import { type AuditEntry, openAuditLog } from '../audit/audit-log.ts'
import { type AuditKind, auditKinds } from '../audit/kinds.ts'
import { accountIdOf } from './account-id.ts'
import { type CliContext, onHub, printLines } from './context.ts'
import { readDuration, readMoment } from './duration.ts'

/** Registers `audit`. */
export function registerAuditCommand(program: Command, context: CliContext): void {
  program
    .command('audit')
    .description('the audit log, newest first: time, kind, account, by whom, network, program, details')
    .option('--account <username>', 'what concerns this account')
    .addOption(new Option('--kind <kind>', 'events of this kind').choices(auditKinds))
    .option('--since <when>', 'nothing before this date (2026-01-31), or this long ago (30d, 24h)', readSince)
    .option('--json', 'one JSON array', false)
    .action(({ account, json, ...wanted }: AuditOptions, command: Command) =>
      onHub(context, command, async (hub) => {
        const accountId = account === undefined ? undefined : await accountIdOf(hub, account)
        const log = openAuditLog(hub.database)
        const entries: AuditEntry[] = []
        let below: number | undefined
        do {
          const page = await log.list({ ...wanted, accountId, below, limit: pageSize })
          if (json) entries.push(...page.entries)
          else printLines(context, page.entries.map(asLine))
          below = page.nextBelow
        } while (below !== undefined)
        if (json) printLines(context, [JSON.stringify(entries.map(asJson), undefined, 2)])
      }),
    )
}

interface AuditOptions {
  account?: string
  kind?: AuditKind
  /** Unix milliseconds. */
  since?: number
  json: boolean
}

const pageSize = 500

const asJson = ({ at, ...entry }: AuditEntry) => ({ ...entry, at: new Date(at).toISOString() })

const asLine = ({ at, kind, account, actor, network, agent, details }: AuditEntry) =>
  [
    new Date(at).toISOString(),
    kind,
    account?.username ?? '-',
    actor.account?.username ?? actor.via,
    network || '-',
    printable(agent) || '-',
    JSON.stringify(details),
  ].join('\t')

/** What a client calls itself is its own choice, and the line is for a terminal. */
const printable = (text: string) => text.replaceAll(/\p{C}/gu, '?')

function readSince(text: string): number {
  const duration = readDuration(text)
  const moment = duration === undefined ? readMoment(text, 0) : Date.now() - duration
  if (moment === undefined) throw new InvalidArgumentError('It is a date such as 2026-01-31 or a duration such as 30d.')
  return moment
}
