import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { exifTexts } from '../../src/library/generation/exif-texts.ts'
import { parseGenerationParameters } from '../../src/library/generation/parse-generation.ts'
import { scanSettings } from '../../src/library/generation/text-settings.ts'
import { decodeUserComment } from '../../src/library/generation/user-comment.ts'
import { readTrainingFacts } from '../../src/library/headers/kohya-metadata.ts'
import { parseLenientJson } from '../../src/library/headers/lenient-json.ts'
import { readModelSpec } from '../../src/library/headers/modelspec.ts'
import { sidecarKinds } from '../../src/library/sidecars/claim.ts'
import { decodeSidecar } from '../../src/library/sidecars/sidecar-encoding.ts'
import { readSidecar } from '../../src/library/sidecars/sidecar-files.ts'

/*
 * Feeds hostile texts to everything in the library that reads text, and measures the time per character:
 * `npm run fuzz:readers -- --texts 300 --seed 1`. A reader is linear when 16 times the text takes about 16 times as long. Ends
 * with 1 when a reader takes much longer for each character of a long text than for those of a short one.
 */

const { values } = parseArgs({ options: { texts: { type: 'string', default: '300' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const [shortLength, longLength] = [20_000, 320_000]
/** How much longer a character of the long text may take; caches and garbage collection take some. */
const maxSlowdown = 5
/** Faster than this, a measurement says nothing. */
const minMilliseconds = 40

const byKeyword = (keyword: string) => (text: string) =>
  parseGenerationParameters({ byKeyword: { [keyword]: text }, comments: [], problems: [] })
const quietly = (read: (text: string) => unknown) => (text: string) => {
  try {
    read(text)
  } catch {
    // Refusing a text is fine; only its time counts.
  }
}

const readers: Record<string, (text: string) => unknown> = {
  'lenient JSON': quietly(parseLenientJson),
  settings: scanSettings,
  ...Object.fromEntries(
    [
      'parameters',
      'sui_image_params',
      'prompt',
      'workflow',
      'invokeai_metadata',
      'sd-metadata',
      'Dream',
      'Comment',
    ].map((keyword) => [`image text ${keyword}`, byKeyword(keyword)]),
  ),
  ...Object.fromEntries(sidecarKinds.map((kind) => [`sidecar ${kind}`, (text: string) => readSidecar(kind, text)])),
  'sidecar encoding': quietly((text) => decodeSidecar(Buffer.from(text, 'latin1'))),
  'user comment': (text) => decodeUserComment(Buffer.from(text, 'latin1')),
  'user comment in UTF-16': (text) =>
    decodeUserComment(Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text, 'utf16le')])),
  EXIF: (text) => exifTexts(Buffer.from(`MM\0*\0\0\0\x08${text}`, 'latin1'), () => true),
  'training metadata': (text) => readTrainingFacts({ ss_tag_frequency: text, ss_training_comment: text }),
  ModelSpec: (text) =>
    readModelSpec({ 'modelspec.tags': text, 'modelspec.thumbnail': text, 'modelspec.architecture': text }),
}

const starts = [
  '',
  'a\nSteps: 1, ',
  'a\nSteps: 1, Civitai resources: ',
  'a\nSteps: 1, Lora hashes: "',
  '"a" -s 1 -S 2 ',
  '{"sui_image_params":',
  '{"1":{"class_type":"KSampler","inputs":{"positive":["1",0],"seed":["1',
  '{"nodes":[',
  '{"image":{"prompt":"',
  '{"images":[{"url":"',
  '{"modelspec.title":"',
  'data:image/png;base64,',
]
const pieces = [
  'X: ',
  'X: [',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  '\\"',
  ',',
  ', ',
  '\n',
  ' ',
  '\t',
  '\0',
  ':',
  '-',
  '1',
  '.',
  'e',
  'NaN',
  'Infinity',
]
const words = [
  'Steps: 1',
  'Steps:',
  'Negative prompt:',
  'Template: ',
  '<lora:a:1>',
  '<lora:',
  '(',
  ')',
  ' -s 1',
  'a',
  'ab',
  'ü',
  '狐',
  '[1,',
  '{"a":',
  '"a":1,',
  '["1",0],',
  'lora:a: 1',
  'mk_',
  'urn:air:',
]
const hostile = fc.record({
  start: fc.constantFrom(...starts),
  repeated: fc
    .array(fc.constantFrom(...pieces, ...words), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join('')),
  end: fc.constantFrom('', '"', '}', ']', '"}', '\nSteps: 1, Seed: 2', ', Seed: 2'),
})

const textOf = ({ start, repeated, end }: { start: string; repeated: string; end: string }, length: number): string =>
  start + repeated.repeat(Math.ceil(length / repeated.length)) + end

/** Milliseconds for one reading, the best of several: the first may compile, and the machine has other work. */
function measure(read: (text: string) => unknown, text: string, readings = 2): number {
  const times = Array.from({ length: readings }, () => {
    const started = performance.now()
    read(text)
    return performance.now() - started
  })
  return Math.min(...times)
}

const faults: string[] = []
const slowest = new Map<string, number>()
for (const shape of fc.sample(hostile, { numRuns: Number(values.texts), seed })) {
  const [short, long] = [textOf(shape, shortLength), textOf(shape, longLength)]
  for (const [name, read] of Object.entries(readers)) {
    const longTime = measure(read, long)
    slowest.set(name, Math.max(slowest.get(name) ?? 0, (longTime * 1e6) / long.length))
    if (longTime < minMilliseconds) continue
    const slowdownOf = (readings: number) =>
      measure(read, long, readings) / long.length / (measure(read, short, readings) / short.length)
    const slowdown = slowdownOf(2) > maxSlowdown ? slowdownOf(7) : 0
    if (slowdown > maxSlowdown)
      faults.push(`${name}: ${slowdown.toFixed(1)} times as long for each character, ${JSON.stringify(shape)}`)
  }
}

for (const [name, nanoseconds] of slowest)
  console.log(`${nanoseconds.toFixed(0).padStart(7)} ns per character at most  ${name}`)
for (const fault of faults) console.log(`\n${fault}`)
console.log(`\n${values.texts} texts, seed ${seed}: ${faults.length} faults`)
if (faults.length > 0) process.exitCode = 1
