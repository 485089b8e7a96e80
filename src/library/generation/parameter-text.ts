import { mergeSiteResources, readSiteResources, siteResourceOf } from './resources.ts'
import { siteSamplerName } from './sampler-names.ts'
import { collectHashes, collectResources } from './text-resources.ts'
import { scanSettings } from './text-settings.ts'

/**
 * Reads the text form: the prompt, `Negative prompt:`, and settings that begin with `Steps:`, on lines of their own or all
 * on one line. `undefined` when there are no such settings, since then the text is some other comment.
 */
export function readParameterText(text: string): Record<string, unknown> | undefined {
  const parts = splitText(text.replaceAll('\r\n', '\n'))
  if (parts === undefined) return undefined
  const { settings } = scanSettings(parts.settings)
  const hashes = collectHashes(settings)
  const resources = collectResources(parts.prompt, settings, hashes)
  const civitaiResources = mergeSiteResources([
    readSiteResources(settings.get('Civitai resources')),
    resources.flatMap(({ name, weight }) => siteResourceOf(name, weight) ?? []),
  ])
  const named = resources.filter(({ name }) => siteResourceOf(name) === undefined)
  const meta = new Map<string, unknown>([
    ['prompt', parts.prompt],
    ['negativePrompt', parts.negativePrompt],
  ])
  for (const [name, value] of settings)
    if (name !== 'Hashes' && name !== 'Civitai resources') meta.set(keys[name] ?? name, flat(name, value))
  for (const [name, value] of parts.templates) if (!meta.has(name)) meta.set(name, value)
  if (Object.keys(hashes).length > 0) meta.set('hashes', hashes)
  if (named.length > 0) meta.set('resources', named)
  if (civitaiResources.length > 0) meta.set('civitaiResources', civitaiResources)
  return Object.fromEntries(meta)
}

/** Names of `GET /images` for names of the text; all others stay as they are. */
const keys: Record<string, string> = Object.assign(Object.create(null), {
  Steps: 'steps',
  Sampler: 'sampler',
  'CFG scale': 'cfgScale',
  Seed: 'seed',
  'Clip skip': 'clipSkip',
})

/** Numbers become numbers where they stay exact; other settings are kept letter by letter. */
function flat(name: string, value: unknown): unknown {
  if (name === 'Sampler' && typeof value === 'string') return siteSamplerName(value)
  if (typeof value !== 'string' || !Object.hasOwn(keys, name)) return value
  const number = Number(value)
  return value === '' || !Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER ? value : number
}

interface TextParts {
  prompt: string
  negativePrompt: string
  settings: string
  /** `Template` and `Negative Template`, which may repeat settings and are none themselves. */
  templates: [string, string][]
}

function splitText(text: string): TextParts | undefined {
  const lines = text.split('\n')
  const firstSettings = lines.findIndex(startsSettings)
  if (firstSettings === -1) return splitLine(text)
  const templatesAt = lines.findIndex((line, index) => index > firstSettings && isTemplate(line))
  const ends = templatesAt === -1 ? lines.length : templatesAt
  const settingsAt = lines.slice(0, ends).findLastIndex(startsSettings)
  return {
    ...splitPrompts(lines.slice(0, settingsAt)),
    settings: lines.slice(settingsAt, ends).join('\n'),
    templates: readTemplates(lines.slice(ends)),
  }
}

const startsSettings = (line: string): boolean => /^\s{0,20}Steps: ?\d/.test(line)
const isTemplate = (line: string): boolean => /^(Negative )?Template: /.test(line)

function splitPrompts(lines: readonly string[]): Pick<TextParts, 'prompt' | 'negativePrompt'> {
  const negativeAt = lines.findIndex((line) => /^\s{0,20}Negative prompt:/.test(line))
  if (negativeAt === -1) return splitAtNegative(lines.join('\n'))
  return {
    prompt: lines.slice(0, negativeAt).join('\n').trim(),
    negativePrompt: lines.slice(negativeAt).join('\n').trim().replace('Negative prompt:', '').trim(),
  }
}

/** Splits at the words wherever they are, as the site does where no line begins with them. */
function splitAtNegative(text: string): Pick<TextParts, 'prompt' | 'negativePrompt'> {
  const at = text.indexOf('Negative prompt:')
  if (at === -1) return { prompt: text.trim(), negativePrompt: '' }
  return { prompt: text.slice(0, at).trim(), negativePrompt: text.slice(at + 'Negative prompt:'.length).trim() }
}

/** A text whose lines were joined: its settings are the last `Steps: 20, Name: …` in it. */
function splitLine(text: string): TextParts | undefined {
  for (let at = text.lastIndexOf('Steps:'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('Steps:', at - 1)) {
    lineSettings.lastIndex = at
    if (!lineSettings.test(text)) continue
    const templatesAt = text.slice(at).search(/[,\s](Negative )?Template: /)
    const ends = templatesAt === -1 ? text.length : at + templatesAt
    return { ...splitAtNegative(text.slice(0, at)), settings: text.slice(at, ends), templates: [] }
  }
  return undefined
}

const lineSettings = /Steps: ?\d{1,9}, ?[A-Z][\w /-]{0,79}:/y

function readTemplates(lines: readonly string[]): [string, string][] {
  const templates: [string, string[]][] = []
  for (const line of lines) {
    const colon = line.indexOf(': ')
    if (isTemplate(line)) templates.push([line.slice(0, colon), [line.slice(colon + 2)]])
    else templates.at(-1)?.[1].push(line)
  }
  return templates.map(([name, text]) => [name, text.join('\n').trim()])
}
