import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { eventually } from './eventually.ts'
import { programIn } from './program.fixture.ts'

/* Two processes that serve the same data directory. */

const directory = await mkdtemp(join(tmpdir(), 'modelkeep-shared-'))
after(() => rm(directory, { recursive: true }))
const { run, runWell, serving } = programIn(directory)

test('a token in steady use is refused by both hubs once either of them has answered its revocation', async () => {
  const data = ['--data', join(directory, 'data')]
  const folder = join(directory, 'empty')
  await mkdir(folder)
  // The uses that go on while the answer is under way are refused; too many of those are told to wait instead.
  const serve = [folder, ...data, '--limit-failures', 'off']
  await serving(serve, (one) =>
    serving(serve, async (other) => {
      const added = await run(['user', 'add', 'ada', '--email', 'ada@example.org', ...data], 'correct horse battery')
      assert.equal(added.code, 0, added.stderr)
      const owner = (await runWell('token', 'create', '--user', 'ada', '--name', 'owner', ...data)).trim()
      for (const [index, revoker] of [one, other].entries()) {
        const name = `used ${index}`
        const token = (await runWell('token', 'create', '--user', 'ada', '--name', name, ...data)).trim()
        const uses = [one, other, one, other, one, other].map((origin) => steadyUse(origin, token))
        await eventually(() => uses.every(({ statuses }) => statuses.length > 10), 'the token is in use')
        assert.deepEqual(new Set(uses.flatMap(({ statuses }) => statuses)), new Set([200]))

        const { items } = (await (await ask(revoker, '/tokens', owner)).json()) as {
          items: { id: number; name: string }[]
        }
        const id = items.find((item) => item.name === name)?.id
        assert.equal((await ask(revoker, `/tokens/${id}`, owner, 'DELETE')).status, 200)
        const afterwards = await Promise.all(uses.map((use) => use.askedLast()))
        assert.deepEqual(new Set(afterwards), new Set([401]))
      }
    }),
  )
})

const ask = (origin: string, path: string, token: string, method = 'GET') =>
  fetch(`${origin}/api/v1/me${path}`, { method, headers: { authorization: `Bearer ${token}` } })

/** Presents a token again and again. */
function steadyUse(origin: string, token: string) {
  const statuses: number[] = []
  const use = async () => {
    const answer = await ask(origin, '', token)
    await answer.arrayBuffer()
    return answer.status
  }
  let isOver = false
  const using = (async () => {
    while (!isOver) statuses.push(await use())
  })()
  return {
    statuses,
    /** Ends it with one more request, which begins now; gives what that one was answered. */
    async askedLast() {
      isOver = true
      const last = await use()
      await using
      return last
    },
  }
}
