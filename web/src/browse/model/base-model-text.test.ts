import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setAsideText } from './base-model-text.ts'

test('a base model that was set aside is told of with its source and the reason', () => {
  const name = { baseModel: 'SD 1.5', source: 'header', key: 'ss_base_model_version', tensors: 'Flux.1 D' }
  assert.equal(
    setAsideText({ ...name, isTaken: false }),
    'Set aside: the header (ss_base_model_version) names SD 1.5, but the tensors of the file are those of Flux.1 D.',
  )
  assert.equal(
    setAsideText({ ...name, source: 'civitai-info+sha256', key: null, tensors: 'unknown', isTaken: true }),
    'Contradiction: the sidecar .civitai.info names SD 1.5 for exactly this file, but its tensors exclude it.',
  )
})
