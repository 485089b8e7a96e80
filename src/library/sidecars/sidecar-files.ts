import { readCivitaiInfo } from './civitai-info.ts'
import type { SidecarClaim, SidecarKind } from './claim.ts'
import { readCmInfo } from './cm-info.ts'
import { readMetadataJson } from './metadata-json.ts'
import { readSwarmJson } from './swarm-json.ts'
import { readText } from './text.ts'
import { readWebUiJson } from './web-ui-json.ts'

/** The suffixes that follow the stem of a model file in the names of its sidecars, by kind. */
export const sidecarSuffixes: readonly { suffix: string; kind: SidecarKind }[] = [
  { suffix: '.civitai.info', kind: 'civitai-info' },
  { suffix: '.metadata.json', kind: 'metadata-json' },
  { suffix: '.cm-info.json', kind: 'cm-info' },
  { suffix: '.swarm.json', kind: 'swarm-json' },
  { suffix: '.json', kind: 'web-ui-json' },
  { suffix: '.txt', kind: 'text' },
]

/** Reads a sidecar. It never throws: fields that cannot be used are in the `problems` of the claim. */
export function readSidecar(kind: SidecarKind, text: string): SidecarClaim {
  return readers[kind](text)
}

const readers: Record<SidecarKind, (text: string) => SidecarClaim> = {
  'civitai-info': readCivitaiInfo,
  'metadata-json': readMetadataJson,
  'cm-info': readCmInfo,
  'swarm-json': readSwarmJson,
  'web-ui-json': readWebUiJson,
  text: readText,
}
