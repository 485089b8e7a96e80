import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyKinds } from './key-kinds.ts'
import { keySnippets } from './key-snippets.ts'

const hub = 'https://hub.example:8443'
const all = keyKinds.flatMap(({ id: kind }) =>
  [undefined, 4711].flatMap((versionId) => keySnippets('mk_abc', { hub, versionId, kind })),
)

test('every snippet has the key in it, and names this hub as the only host', () => {
  for (const { id, text } of all) {
    assert.ok(text.includes('mk_abc'), id)
    const plain = text.replaceAll('\\', '')
    assert.ok(plain.includes(hub), `${id} does not name the hub`)
    for (const [, host] of plain.matchAll(/https?:\/\/([^/"'\s]+)/g)) assert.equal(host, 'hub.example:8443', id)
  }
})

test('no snippet leaves the key in the environment under a name that programs for the site read', () => {
  for (const { id, text } of all)
    for (const line of text.split('\n')) {
      assert.doesNotMatch(line, /^(?:export|set|setx) CIVITAI_/, id)
      if (line.includes('CIVITAI_TOKEN')) assert.ok(line.includes(`CIVITAI_BASE_URL="${hub}"`), id)
    }
})

test('snippets download a version that the hub has, and nothing while it has none', () => {
  const ids = (versionId: number | undefined) =>
    keySnippets('mk_abc', { hub, versionId })
      .flatMap(({ text }) => [...text.matchAll(/\/api\/download\/models\/(\d+)/g)])
      .map(([, id]) => Number(id))
  assert.deepEqual(ids(undefined), [])
  assert.deepEqual(ids(4711), [4711, 4711])
})

test('the pattern for InvokeAI matches this hub and no look-alike', () => {
  const snippets = keySnippets('mk_abc', { hub: 'https://hub.example', versionId: undefined })
  const yaml = snippets.find(({ id }) => id === 'invokeai')?.text ?? ''
  const pattern = new RegExp(/'(.+)'/.exec(yaml)?.[1] ?? '')
  assert.match('https://hub.example/api/download/models/1', pattern)
  assert.doesNotMatch('https://hubxexample/api/download/models/1', pattern)
  assert.doesNotMatch('https://elsewhere.example/?u=https://hub.example/', pattern)
})
