import type { KeyKind } from './key-kinds.ts'

/** Something ready to paste, with the key in it. */
export interface Snippet {
  id: string
  label: string
  /** Where it belongs. */
  about: string
  text: string
}

/**
 * How programs are told of a key and of this hub; `hub` is the hub's origin. A secret has letters and digits alone, and `_`:
 * it needs no quoting.
 */
export function keySnippets(secret: string, hub: string, kind: KeyKind = 'bearer'): Snippet[] {
  if (kind === 'publishable') return [inPage(secret, hub)]
  if (kind === 'canary') return [bait(secret, hub)]
  const pattern = hub.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return [
    {
      id: 'curl',
      label: 'curl',
      about: 'In a terminal: who the key speaks for, then the file of a model version (its id in place of 1).',
      text: `curl -H "Authorization: Bearer ${secret}" "${hub}/api/v1/me"
curl -L -OJ -H "Authorization: Bearer ${secret}" "${hub}/api/download/models/1"`,
    },
    {
      id: 'environment',
      label: 'Environment',
      about: 'For scripts that read the key from their environment, as the examples of the site API do.',
      text: `export CIVITAI_TOKEN="${secret}"`,
    },
    {
      id: 'cli',
      label: 'Civitai CLI',
      about: 'The command line program "civitai" reads both from its environment.',
      text: `export CIVITAI_BASE_URL="${hub}"
export CIVITAI_TOKEN="${secret}"
civitai models search`,
    },
    {
      id: 'invokeai',
      label: 'InvokeAI',
      about: 'In invokeai.yaml: models that are installed by an address on this hub are asked for with the key.',
      text: `remote_api_tokens:
  - url_regex: '^${pattern}/'
    token: ${secret}`,
    },
    {
      id: 'wget',
      label: 'wget',
      about: 'In a terminal: the file of a model version, under its own name.',
      text: `wget --content-disposition --header="Authorization: Bearer ${secret}" "${hub}/api/download/models/1"`,
    },
  ]
}

const inPage = (secret: string, hub: string): Snippet => ({
  id: 'page',
  label: 'Web page',
  about: 'In a script of a page of one of its origins: from anywhere else it opens nothing.',
  text: `const answer = await fetch("${hub}/api/v1/models?limit=20", {
  headers: { Authorization: "Bearer ${secret}" },
})
const { items } = await answer.json()`,
})

const bait = (secret: string, hub: string): Snippet => ({
  id: 'bait',
  label: 'Bait',
  about: 'In a file like .env, beside what you would not want to be read. Use it nowhere yourself.',
  text: `MODELKEEP_URL=${hub}
MODELKEEP_TOKEN=${secret}`,
})
