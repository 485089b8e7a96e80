import type { Command } from 'commander'
import { openAccounts, type StatusChange } from '../auth/accounts/accounts.ts'
import { type CliContext, onHub, printLines } from './context.ts'
import { readNewPassword } from './password.ts'

/** Registers `user add | list | ban | unban | mute | unmute`. */
export function registerUserCommands(program: Command, context: CliContext): void {
  const user = program.command('user').description('accounts of the hub')

  user
    .command('add <username>')
    .description('make an account; the password comes from standard input or a prompt')
    .requiredOption('--email <address>', 'address to sign in with')
    .option('--admin', 'makes an owner of the hub', false)
    .action((username: string, { email, admin }: { email: string; admin: boolean }, command: Command) =>
      onHub(context, command, async ({ database }) => {
        const password = await readNewPassword(context)
        await openAccounts(database).create({
          username,
          email,
          password,
          role: admin ? 'owner' : 'user',
          emailVerified: true,
        })
        printLines(context, [`added ${username}`])
      }),
    )

  user
    .command('list')
    .description('those who can sign in: username, e-mail address, role, status')
    .action((_options: object, command: Command) =>
      onHub(context, command, async ({ database }) => {
        const accounts = await openAccounts(database).list()
        printLines(
          context,
          accounts.map(({ username, email, role, status }) => [username, email, role, status].join('\t')),
        )
      }),
    )

  for (const [change, description] of Object.entries(statusChanges) as [StatusChange, string][]) {
    user
      .command(`${change} <username>`)
      .description(description)
      .action((username: string, _options: object, command: Command) =>
        onHub(context, command, ({ database }) => openAccounts(database).changeStatus(username, change)),
      )
  }
}

const statusChanges: Record<StatusChange, string> = {
  ban: 'refuse the account everything, its tokens included, from the next request on',
  unban: 'lift a ban; the tokens work again',
  mute: 'mark the account as muted; its tokens keep working',
  unmute: 'lift the muting',
}
