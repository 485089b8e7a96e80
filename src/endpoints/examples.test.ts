import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpoints } from './index.ts'

for (const { method, path, params, query, body, reply, example } of endpoints) {
  test(`the example of ${method} ${path} fits its schemas`, () => {
    assert.equal(example !== undefined, Boolean(params || query || body || reply), 'there is none')
    const names = [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => name)
    assert.deepEqual(Object.keys(example?.params ?? {}).sort(), names.sort())
    if (params) params.parse(example?.params)
    if (query) query.parse(asAsked(example?.query ?? {}))
    assert.equal(example?.body !== undefined, body !== undefined)
    if (body) body.parse(example?.body)
    assert.equal(example?.reply !== undefined, reply !== undefined)
    // What a schema does not know it leaves out.
    if (reply) assert.deepEqual(reply.parse(example?.reply), example?.reply)
  })

  test(`the example of ${method} ${path} names parameters that there are`, () => {
    const schema = query && z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
    const known = JSON.stringify(schema ?? {})
    for (const name of Object.keys(example?.query ?? {})) assert.ok(known.includes(`"${name}":`), name)
  })
}

const asAsked = (query: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]]))
