import { type Command, Option } from 'commander'
import { type OptionDeclaration, optionDeclarations } from '../config/options.ts'

/** Gives every command of the program the common options, so that they may stand anywhere on the line. */
export function addCommonOptions(command: Command): void {
  for (const child of command.commands) addCommonOptions(child)
  if (command.commands.length > 0) return
  for (const { flag, description, isRepeatable } of Object.values<OptionDeclaration>(optionDeclarations)) {
    if (flag === undefined) continue
    const option = new Option(flag, description)
    if (isRepeatable)
      option.argParser((value: string, previous?: string) => (previous === undefined ? value : `${previous},${value}`))
    // A command may have an option of its own of this name.
    if (!command.options.some(({ long }) => long === option.long))
      command.addOption(option.helpGroup('Common options:'))
  }
}
