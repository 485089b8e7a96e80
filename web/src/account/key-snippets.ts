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
 * Returns lines to paste for the programs that can use a key. `hub` is the origin of the hub; `versionId` is a model version
 * that this hub has (undefined: it has none yet, so nothing is downloaded). A secret consists of letters, digits and `_`, so it
 * needs no quoting.
 *
 * The key must not reach another host. Each snippet therefore names this hub, and none exports the key under a name that
 * programs for the site read (`CIVITAI_TOKEN`): such a program would send it to the site.
 */
export function keySnippets(
  secret: string,
  { hub, versionId, kind = 'bearer' }: { hub: string; versionId: number | undefined; kind?: KeyKind },
): Snippet[] {
  if (kind === 'publishable') return [inPage(secret, hub)]
  if (kind === 'canary') return [bait(secret, hub)]
  const file = versionId === undefined ? undefined : `${hub}/api/download/models/${versionId}`
  const pattern = hub.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return [
    {
      id: 'curl',
      label: 'curl',
      about:
        file === undefined
          ? 'Run in a terminal: shows the account of the key.'
          : 'Run in a terminal: shows the account of the key, then downloads a model version of this hub.',
      text: [
        `curl -H "Authorization: Bearer ${secret}" "${hub}/api/v1/me"`,
        ...(file === undefined ? [] : [`curl -L -OJ -H "Authorization: Bearer ${secret}" "${file}"`]),
      ].join('\n'),
    },
    {
      id: 'environment',
      label: 'Environment',
      about:
        'For your own scripts: the URL of this hub and the key. The names differ from those of the site, so that programs for the site do not send this key there.',
      text: `export MODELKEEP_URL="${hub}"
export MODELKEEP_TOKEN="${secret}"
curl -H "Authorization: Bearer $MODELKEEP_TOKEN" "$MODELKEEP_URL/api/v1/me"`,
    },
    {
      id: 'cli',
      label: 'Civitai CLI',
      about: 'Passes this hub and the key to the command line program "civitai", for this one command.',
      text: `CIVITAI_BASE_URL="${hub}" CIVITAI_TOKEN="${secret}" civitai models search`,
    },
    {
      id: 'invokeai',
      label: 'InvokeAI',
      about: 'Add to invokeai.yaml: InvokeAI then sends the key when it installs a model from a URL of this hub.',
      text: `remote_api_tokens:
  - url_regex: '^${pattern}/'
    token: ${secret}`,
    },
    ...(file === undefined
      ? []
      : [
          {
            id: 'wget',
            label: 'wget',
            about: 'Run in a terminal: downloads a model version of this hub under its own file name.',
            text: `wget --content-disposition --header="Authorization: Bearer ${secret}" "${file}"`,
          },
        ]),
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
