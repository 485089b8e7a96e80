import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ApiDocument, filterResources, mayChange, resourcesOf } from './operations.ts'

const operation = (operationId: string, tag: string, summary: string) => ({
  operationId,
  summary,
  tags: [tag],
  'x-category': 'mixed' as const,
  'x-scope': 'ModelsRead',
  'x-caching': { anonymous: 'no-store', withToken: 'no-store' },
  'x-cors': { anonymous: '*', withCredentials: 'trusted origins' },
  security: [],
  responses: {},
})

const document: ApiDocument = {
  info: { title: '', version: '', description: '' },
  servers: [{ url: 'https://hub.example' }],
  tags: [
    { name: 'Model versions', description: 'Versions.' },
    { name: 'Tags', description: 'Tags.' },
    { name: 'Empty', description: 'Nothing.' },
  ],
  paths: {
    '/api/v1/tags': { get: operation('getTags', 'Tags', 'Every tag') },
    '/api/v1/model-versions/{id}': {
      get: operation('getVersion', 'Model versions', 'One version'),
      delete: operation('deleteVersion', 'Model versions', 'Drop it'),
    },
  },
  components: { schemas: {} },
}

test('every operation stands at its resource, in the order of the document', () => {
  assert.deepEqual(
    resourcesOf(document).map(({ slug, operations }) => [
      slug,
      operations.map(({ method, path }) => `${method} ${path}`),
    ]),
    [
      ['model-versions', ['GET /api/v1/model-versions/{id}', 'DELETE /api/v1/model-versions/{id}']],
      ['tags', ['GET /api/v1/tags']],
    ],
  )
})

test('a filter keeps operations that hold all of its words, wherever they stand', () => {
  const found = (text: string) =>
    filterResources(resourcesOf(document), text).flatMap(({ operations }) => operations.map((one) => one.operationId))
  assert.deepEqual(found('VERSIONS delete'), ['deleteVersion'])
  assert.deepEqual(found(' mixed '), ['getVersion', 'deleteVersion', 'getTags'])
  assert.deepEqual(found('tags drop'), [])
})

test('only requests that may change something are asked about first', () => {
  const asks = (method: string, scope: string) => mayChange({ method, 'x-scope': scope })
  assert.equal(asks('DELETE', 'UserWrite'), true)
  assert.equal(asks('POST', 'VaultWrite'), true)
  assert.equal(asks('POST', 'ModelsRead'), false)
  assert.equal(asks('GET', 'UserWrite'), false)
})
