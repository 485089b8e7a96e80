import { type Command, Option } from 'commander'
import { DomainError } from '../auth/errors.ts'
import { changeModelSettings } from '../catalog/model-settings.ts'
import { type CliContext, onHub, printLines } from './context.ts'

/** Registers `model set`. */
export function registerModelCommands(program: Command, context: CliContext): void {
  program
    .command('model')
    .description('what the owner decides about models')
    .command('set <id>')
    .description('say who may download a model')
    .addOption(new Option('--login <when>', 'whether downloads need a sign-in').choices(['yes', 'no', 'default']))
    .addOption(new Option('--downloads <allowed>', 'whether it can be downloaded at all').choices(['yes', 'no']))
    .action((id: string, { login, downloads }: { login?: string; downloads?: string }, command: Command) =>
      onHub(context, command, async ({ database }) => {
        if (login === undefined && downloads === undefined) throw new DomainError('say --login or --downloads')
        const found = await changeModelSettings(database, Number(id), {
          ...(login !== undefined && { loginOnly: login === 'default' ? null : login === 'yes' }),
          ...(downloads !== undefined && { downloads: downloads === 'yes' }),
        })
        if (!found) throw new DomainError(`there is no model ${id}`)
        printLines(context, [`changed model ${id}`])
      }),
    )
}
