import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boundsOf, kindOf, membersOf, wordsOf } from './schema-text.ts'

test('the kind of a value is said in words', () => {
  assert.equal(kindOf({ type: 'array', items: { $ref: '#/components/schemas/Model' } }), 'list of Model')
  assert.equal(
    kindOf({ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }),
    'time (ISO 8601) or null',
  )
  assert.equal(kindOf({ type: 'object', additionalProperties: { type: 'string' } }), 'object of string')
  assert.equal(kindOf({}), 'anything')
})

test('bounds are said with what they count', () => {
  assert.deepEqual(boundsOf({ type: 'integer', minimum: 0, maximum: 2147483647 }), ['0 to 2,147,483,647'])
  assert.deepEqual(boundsOf({ type: 'integer', exclusiveMinimum: 0 }), ['at least 1'])
  assert.deepEqual(boundsOf({ type: 'string', minLength: 8, maxLength: 8 }), ['8 characters'])
  assert.deepEqual(boundsOf({ type: 'array', maxItems: 500 }), ['at most 500 entries'])
})

test('the words of a list are those of its entries', () => {
  assert.deepEqual(wordsOf({ type: 'array', items: { type: 'string', enum: ['a', 'b'] } }), ['a', 'b'])
})

test('members are listed from the outside in, and a part within itself is not opened again', () => {
  const named = {
    Folder: {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        inside: { type: 'array', items: { $ref: '#/components/schemas/Folder' } },
      },
    },
  }
  const rows = membersOf({ anyOf: [{ $ref: '#/components/schemas/Folder' }, { type: 'null' }] }, named)
  assert.ok(rows.length <= 8, 'a schema that holds itself has an end')
  assert.deepEqual(
    rows.slice(0, 2).map(({ name, level, required }) => ({ name, level, required })),
    [
      { name: 'name', level: 0, required: true },
      { name: 'inside', level: 0, required: false },
    ],
  )
})
