import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readGeneration } from './generation.ts'

test('parameters are read in the usual order, the unusual ones behind', () => {
  assert.deepEqual(
    readGeneration({
      seed: 42,
      prompt: 'tidal light',
      negativePrompt: 'text',
      steps: 24,
      'Hires upscale': '2',
      comfy: '{"3":{}}',
      resources: [{ type: 'lora', name: 'levels', weight: 0.7 }, null, { name: 3 }],
    }),
    {
      prompt: 'tidal light',
      negativePrompt: 'text',
      settings: [
        ['Steps', '24'],
        ['Seed', '42'],
        ['Hires upscale', '2'],
      ],
      resources: [{ name: 'levels', type: 'lora', weight: 0.7 }],
    },
  )
})

test('whatever a picture holds, only short texts are shown', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (meta) => {
      const { settings, resources } = readGeneration(meta)
      for (const [name, value] of settings) assert.ok(name.length <= 200 && value.length <= 200)
      for (const { name } of resources) assert.equal(typeof name, 'string')
    }),
  )
})
