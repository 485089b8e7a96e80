import { z } from 'zod'
import type { DownloadRefusal } from '../catalog/download-access.ts'
import { endpoint } from './define.ts'
import { EndpointError, invalid, notFound } from './errors.ts'
import { flag, id } from './parameters.ts'

const listedTensor = z
  .object({
    name: z.string(),
    shape: z.array(z.int()),
    dtype: z.string(),
    sizeBytes: z.int(),
  })
  .meta({ id: 'Tensor', description: 'One tensor of a file.' })

const tensorMetadata = z
  .object({
    format: z.enum(['SafeTensor', 'GGUF']),
    tensorCount: z.int(),
    totalTensorBytes: z.int(),
    dtypeCounts: z.array(z.object({ dtype: z.string(), count: z.int(), bytes: z.int() })),
    largestTensor: listedTensor.nullable(),
    vramEstimate: z
      .object({
        estimatedMinimumVramBytes: z.int(),
        recommendedVramBytes: z.int(),
        residentWeightsBytes: z.int(),
        fullyResidentWeightsBytes: z.int(),
        inferenceReserveBytes: z.int(),
        extraReservedBytes: z.int(),
        dynamicVramPageBytes: z.int(),
      })
      .nullable(),
    tensors: z.array(listedTensor).optional(),
  })
  .meta({ id: 'TensorMetadata', description: 'What the header of a file says of its tensors.' })

/** Site API. What a header says is part of the public catalog, so a file that only needs a sign-in shows it as well. */
export const getTensorMetadata = endpoint({
  method: 'GET',
  path: '/api/v1/model-files/:id/tensor-metadata',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The tensors of a model file, and the memory that a checkpoint needs',
  description: 'Read from the header of a safetensors or GGUF file.',
  errors: [
    { kind: 'invalid', text: 'File format is not supported' },
    { kind: 'forbidden', body: { error: 'File is in early access' } },
    { kind: 'notFound', what: 'File not found' },
    { kind: 'gone', what: 'Model archived, not available' },
    { kind: 'unprocessable', reason: 'The header is too large to be read' },
    { kind: 'unavailable', what: 'Too many files are being read at once' },
  ],
  example: {
    params: { id: '901401' },
    query: { summaryOnly: 'true' },
    reply: {
      format: 'SafeTensor',
      tensorCount: 12,
      totalTensorBytes: 172040,
      dtypeCounts: [{ dtype: 'F16', count: 12, bytes: 172040 }],
      largestTensor: {
        name: 'lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight',
        shape: [8, 2048],
        dtype: 'F16',
        sizeBytes: 32768,
      },
      vramEstimate: null,
    },
  },
  params: z.object({ id: id() }),
  query: z.object({ summaryOnly: flag().default(false).describe('`true`: without the list of all tensors.') }),
  reply: tensorMetadata,
  async handle({ params, query, downloads, filePlaces, tensorReader }) {
    const file = await downloads.inspectable(params.id)
    if (file.kind !== 'file') throw refused(file)
    const { format } = file
    if (format !== 'SafeTensor' && format !== 'GGUF') throw invalid('File format is not supported')
    const located = await filePlaces.locate({ id: file.fileId, sizeBytes: file.sizeBytes })
    if (located.kind === 'missing') throw notFound('File not found')
    if (located.kind === 'changed') throw unavailable('The file has changed and is being read again')
    const checkpoint = file.modelType === 'Checkpoint'
    const answer = await tensorReader.read({
      path: located.path,
      sizeBytes: file.sizeBytes,
      format,
      checkpoint,
      ...query,
    })
    if (answer.kind === 'busy') throw unavailable('Too many files are being read at once')
    if (answer.kind === 'unreadable') throw new EndpointError({ kind: 'unprocessable', reason: answer.reason })
    return answer.summary
  },
})

const unavailable = (what: string) => new EndpointError({ kind: 'unavailable', what })

const refusals: Record<Exclude<DownloadRefusal['kind'], 'unknown' | 'archived'>, string> = {
  disabled: 'Downloads are disabled for this file',
  earlyAccess: 'File is in early access',
  loginNeeded: 'You do not have access to this file',
  noAccess: 'You do not have access to this file',
}

function refused({ kind }: DownloadRefusal): EndpointError {
  if (kind === 'unknown') return notFound('File not found')
  if (kind === 'archived') return new EndpointError({ kind: 'gone', what: 'Model archived, not available' })
  return new EndpointError({ kind: 'forbidden', body: { error: refusals[kind] } })
}
