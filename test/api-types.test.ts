import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { apiTypes, apiTypesFile } from '../web/api-types/api-types.ts'

test("the web app's types are those of the endpoints", async () => {
  const written = await readFile(apiTypesFile, 'utf8')
  assert.ok(written === (await apiTypes()), 'web/src/api/schema.d.ts is older than the endpoints: npm run generate')
})
