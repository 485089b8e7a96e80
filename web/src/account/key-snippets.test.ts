import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keySnippets } from './key-snippets.ts'

test('every snippet has the key in it, and those that name a hub name this one', () => {
  for (const { id, text } of keySnippets('mk_abc', 'https://hub.example:8443')) {
    assert.ok(text.includes('mk_abc'), id)
    if (id !== 'environment' && id !== 'invokeai') assert.ok(text.includes('https://hub.example:8443'), id)
  }
})

test('the pattern for InvokeAI matches this hub and no look-alike', () => {
  const yaml = keySnippets('mk_abc', 'https://hub.example').find(({ id }) => id === 'invokeai')?.text ?? ''
  const pattern = new RegExp(/'(.+)'/.exec(yaml)?.[1] ?? '')
  assert.match('https://hub.example/api/download/models/1', pattern)
  assert.doesNotMatch('https://hubxexample/api/download/models/1', pattern)
  assert.doesNotMatch('https://elsewhere.example/?u=https://hub.example/', pattern)
})
