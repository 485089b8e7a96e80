import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from './operations.ts'
import { curlOf, type Filled, missingIn, requestOf } from './try-request.ts'

const download: Operation = {
  operationId: 'getDownload',
  method: 'GET',
  path: '/api/download/models/{versionId}',
  summary: '',
  tags: [],
  'x-category': 'mixed',
  'x-scope': 'ModelsRead',
  'x-caching': { anonymous: '', withToken: '' },
  'x-cors': { anonymous: '*', withCredentials: '' },
  security: [],
  parameters: [
    { name: 'versionId', in: 'path', required: true, schema: { type: 'integer' } },
    { name: 'types', in: 'query', required: false, schema: { type: 'array' } },
  ],
  responses: { 307: { description: '' } },
}
const secret = 'mk_secret'
const filled: Filled = { values: { versionId: '7/../8', types: "a,b c'" }, body: '', caller: 'query', token: secret }

test('what is typed cannot leave its place in the address', () => {
  const { target, headers, withSession } = requestOf(download, filled)
  assert.equal(target, '/api/download/models/7%2F..%2F8?types=a,b+c%27&token=mk_secret')
  assert.deepEqual(headers, {})
  assert.equal(withSession, false)
})

test('a token goes into the header unless the query form is chosen, and only when one is to be sent', () => {
  const sent = requestOf(download, { ...filled, caller: 'header' })
  assert.deepEqual(sent.headers, { authorization: 'Bearer mk_secret' })
  for (const caller of ['header', 'session', 'anonymous'] as const)
    assert.doesNotMatch(requestOf(download, { ...filled, caller }).target, /mk_secret/)
  for (const caller of ['session', 'anonymous'] as const)
    assert.deepEqual(requestOf(download, { ...filled, caller }).headers, {})
})

test('the line for a terminal never holds the token, and quotes what the shell would read', () => {
  for (const caller of ['header', 'query', 'session', 'anonymous'] as const)
    assert.doesNotMatch(curlOf(download, { ...filled, caller }, 'https://hub.example'), /mk_secret/)
  assert.equal(
    curlOf(
      { ...download, method: 'PUT', responses: {}, requestBody: { required: true, content: {} } },
      {
        ...filled,
        caller: 'header',
        values: { versionId: '7' },
        body: `{"a":"it's"}`,
      },
      'https://hub.example',
    ),
    `curl -X PUT -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"a":"it'\\''s"}' 'https://hub.example/api/download/models/7'`,
  )
  assert.match(curlOf(download, filled, 'https://hub.example'), /^curl -L "https:.*&token=\$TOKEN"$/)
})

test('required parameters that are empty are named', () => {
  assert.deepEqual(missingIn(download, { ...filled, values: { versionId: ' ' } }), ['versionId'])
})
