import { z } from 'zod'
import type { DownloadDenial } from '../catalog/download-access.ts'
import type { TensorReader } from '../library/headers/tensor-reader.ts'
import { endpoint } from './core/define.ts'
import { EndpointError, type Failure, invalid, notFound } from './core/errors.ts'
import { flag, id } from './core/parameters.ts'
import type { Services } from './core/services.ts'

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

const fileMetadata = z
  .object({
    format: z.enum(['SafeTensor', 'GGUF']),
    /** As they stand in the file, sorted by name; at most 500, each value at most 4,000 characters. */
    entries: z.array(z.object({ name: z.string(), value: z.string(), isCut: z.boolean() })),
    /** How many entries the file holds beyond those listed. */
    moreEntries: z.int(),
    /** What the trainer wrote of the training run; null where none did. */
    training: z
      .object({
        baseModelVersion: z.string().optional(),
        baseModelFile: z.string().optional(),
        outputName: z.string().optional(),
        networkModule: z.string().optional(),
        networkDim: z.number().optional(),
        networkAlpha: z.number().optional(),
        resolution: z.string().optional(),
        imageCount: z.number().optional(),
        epoch: z.number().optional(),
        steps: z.number().optional(),
        comment: z.string().optional(),
        /** Captions of the training images, the most frequent first, at most 200. */
        tags: z.array(z.object({ tag: z.string(), count: z.number() })),
        autoV3: z.string().optional(),
      })
      .nullable(),
  })
  .meta({ id: 'FileMetadata', description: 'What the header of a file says besides its tensors.' })

/** Of everything that reads a file's header. */
const headerErrors = [
  { kind: 'invalid', text: 'File format is not supported' },
  { kind: 'forbidden', body: { error: 'File is in early access' } },
  { kind: 'notFound', what: 'File not found' },
  { kind: 'gone', what: 'Model archived, not available' },
  { kind: 'unprocessable', reason: 'The header is too large to be read' },
  { kind: 'unavailable', what: 'Too many files are being read at once' },
] satisfies Failure[]

/** Site API. What a header says is part of the public catalog, so a file that only needs a sign-in shows it as well. */
export const getTensorMetadata = endpoint({
  method: 'GET',
  path: '/api/v1/model-files/:id/tensor-metadata',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The tensors of a model file, and the memory that a checkpoint needs',
  description: 'Read from the header of a safetensors or GGUF file.',
  errors: headerErrors,
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
  async handle(request) {
    const answer = await readHeader(request, request.query)
    if (answer.kind !== 'tensors') throw new Error('the thread answered another question')
    return answer.summary
  },
})

/** The hub's own. */
export const getModelFileMetadata = endpoint({
  method: 'GET',
  path: '/api/v1/model-files/:id/metadata',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'What the header of a model file says besides its tensors: its entries, and how it was trained',
  description:
    'Read from the header of a safetensors or GGUF file. `training` gathers what kohya-style trainers write.',
  errors: headerErrors,
  example: {
    params: { id: '901401' },
    reply: {
      format: 'SafeTensor',
      entries: [{ name: 'format', value: 'pt', isCut: false }],
      moreEntries: 0,
      training: null,
    },
  },
  params: z.object({ id: id() }),
  reply: fileMetadata,
  async handle(request) {
    const answer = await readHeader(request, { summaryOnly: true, metadataOnly: true })
    if (answer.kind !== 'metadata') throw new Error('the thread answered another question')
    return answer.metadata
  },
})

type HeaderRequest = Pick<Services, 'downloads' | 'fileLocations' | 'tensorReader'> & { params: { id: number } }
type Header = Exclude<Awaited<ReturnType<TensorReader['read']>>, { kind: 'busy' | 'unreadable' }>

/** Reads the header of a file that the caller may see the inside of. */
async function readHeader(
  { params, downloads, fileLocations, tensorReader }: HeaderRequest,
  wanted: { summaryOnly: boolean; metadataOnly?: boolean },
): Promise<Header> {
  const file = await downloads.inspectable(params.id)
  if (file.kind !== 'file') throw refused(file)
  const { format, sizeBytes } = file
  if (format !== 'SafeTensor' && format !== 'GGUF') throw invalid('File format is not supported')
  const located = await fileLocations.locate({ id: file.fileId, sizeBytes })
  if (located.kind === 'missing') throw notFound('File not found')
  if (located.kind === 'changed') throw unavailable('The file has changed and is being read again')
  const checkpoint = file.modelType === 'Checkpoint'
  const answer = await tensorReader.read({ path: located.path, sizeBytes, format, checkpoint, ...wanted })
  if (answer.kind === 'busy') throw unavailable('Too many files are being read at once')
  if (answer.kind === 'unreadable') throw new EndpointError({ kind: 'unprocessable', reason: answer.reason })
  return answer
}

const unavailable = (what: string) => new EndpointError({ kind: 'unavailable', what })

const refusals: Record<Exclude<DownloadDenial['kind'], 'unknown' | 'archived'>, string> = {
  disabled: 'Downloads are disabled for this file',
  earlyAccess: 'File is in early access',
  loginNeeded: 'You do not have access to this file',
  noAccess: 'You do not have access to this file',
}

function refused({ kind }: DownloadDenial): EndpointError {
  if (kind === 'unknown') return notFound('File not found')
  if (kind === 'archived') return new EndpointError({ kind: 'gone', what: 'Model archived, not available' })
  return new EndpointError({ kind: 'forbidden', body: { error: refusals[kind] } })
}
