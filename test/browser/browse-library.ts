import { putEntry } from '../conformance/library.ts'
import { safetensors } from '../conformance/model-file.ts'
import { harmfulHtml } from './harmful-html.ts'
import { withMetadata } from './model-metadata.ts'

/** A name of 200 letters that has no place to break. */
export const longName = 'Endless'.padEnd(200, 'ly')
export const rightToLeft = 'אור גאות 🌊 نور المد'

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
    site: {
      ...site(110, 'Vectors'),
      creator: 'odd',
      description: ['<p>plain words</p>', ...Object.values(harmfulHtml).flat()].join('\n'),
    },
  })
}

export const vectorsModel = 810_110
export const oddModels = [810_100, 810_101]

/** A file whose header tells how it was trained. */
const trained = withMetadata(safetensors('trained', 300), {
  ss_network_dim: '16',
  ss_tag_frequency: JSON.stringify({ sea: { 'paper boat': 12, tide: 7 } }),
})
