import { type Kind, runSuite } from './run-suite.ts'

const results = await runSuite()
for (const kind of ['required', 'optimal', 'check'] as const satisfies Kind[]) {
  const ofKind = results.filter((result) => result.kind === kind)
  const failed = ofKind.filter(({ failure }) => failure !== undefined)
  console.log(`${kind}: ${ofKind.length - failed.length} of ${ofKind.length} passed`)
  for (const { id, failure } of failed) console.log(`  ${id}: ${failure}`)
}
