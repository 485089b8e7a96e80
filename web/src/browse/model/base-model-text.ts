/** A base model that a source names, and that the tensors of the file exclude. */
export interface SetAsideName {
  baseModel: string
  source: string
  key: string | null
  tensors: string
  isTaken: boolean
}

/** Says which name was set aside and why, or that the shown one contradicts the file. */
export function setAsideText({ baseModel, source, key, tensors, isTaken }: SetAsideName): string {
  const proof = tensors === 'unknown' ? 'exclude it' : `are those of ${tensors}`
  const from = sourceText(source, key)
  return isTaken
    ? `Contradiction: ${from} names ${baseModel} for exactly this file, but its tensors ${proof}.`
    : `Set aside: ${from} names ${baseModel}, but the tensors of the file ${proof}.`
}

function sourceText(source: string, key: string | null): string {
  if (source === 'header') return key ? `the header (${key})` : 'the header'
  if (source === 'folder') return 'a folder'
  if (source === 'name') return 'the file name'
  return `the sidecar ${sidecars[source.replace('+sha256', '')] ?? source}`
}

const sidecars: Record<string, string> = {
  'civitai-info': '.civitai.info',
  'metadata-json': '.metadata.json',
  'cm-info': '.cm-info.json',
  'swarm-json': '.swarm.json',
  'web-ui-json': '.json',
}
