import { putEntry } from '../conformance/library.ts'
import { safetensors } from '../conformance/model-file.ts'

/** A name of 200 letters that has no place to break. */
export const longName = 'Endless'.padEnd(200, 'ly')
export const rightToLeft = 'אור גאות 🌊 نور المد'

/** What a description may try; none of it may run, and nothing may be asked of elsewhere. */
export const vectors = [
  '<script>window.ran = 1</script>',
  '<img src="https://elsewhere.example/x.png" onerror="window.ran = 1">',
  '<svg onload="window.ran = 1"><a xlink:href="javascript:window.ran=1">x</a></svg>',
  '<a href="javascript:window.ran=1">a link</a>',
  '<a href=" &#x6A;avascript:window.ran=1">another</a>',
  '<iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  '<form action="/api/v1/me"><input name=x autofocus onfocus="window.ran=1"></form>',
  '<style>* { display: none }</style><p style="position:fixed;inset:0" onclick="window.ran=1">plain words</p>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.ran=1&gt;">',
]

/** Models enough for three pages, and some that are out of the ordinary. */
export async function fillLibrary(folder: string): Promise<void> {
  const site = (index: number, model: string) => ({
    modelId: 810_000 + index,
    versionId: 820_000 + index,
    model,
    type: 'LORA',
    baseModel: 'SDXL 1.0',
    creator: 'many',
  })
  for (let index = 0; index < 60; index++)
    await putEntry(folder, {
      stem: `many/m${index}`,
      bytes: safetensors(`many ${index}`, 300),
      site: { ...site(index, `Number ${index}`), publishedAt: new Date(Date.UTC(2024, 0, 1 + index)).toISOString() },
    })
  for (const [index, name] of [longName, rightToLeft].entries())
    await putEntry(folder, {
      stem: `odd/o${index}`,
      bytes: safetensors(`odd ${index}`, 300),
      site: { ...site(100 + index, name), creator: 'odd', tags: [name.slice(0, 90)], words: [name] },
    })
  await putEntry(folder, {
    stem: 'odd/vectors',
    bytes: trained,
    site: { ...site(110, 'Vectors'), creator: 'odd', description: vectors.join('\n') },
  })
}

export const vectorsModel = 810_110
export const oddModels = [810_100, 810_101]

/** A file whose header tells how it was trained. */
const trained = withMetadata(safetensors('trained', 300), {
  ss_network_dim: '16',
  ss_tag_frequency: JSON.stringify({ sea: { 'paper boat': 12, tide: 7 } }),
})

function withMetadata(file: Buffer, metadata: Record<string, string>): Buffer {
  const end = 8 + Number(file.readBigUInt64LE())
  const header = { __metadata__: metadata, ...JSON.parse(file.subarray(8, end).toString()) }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, file.subarray(end)])
}
