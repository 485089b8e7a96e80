import type { Endpoint } from '../endpoints/core/define.ts'
import { segmentsOf } from './names.ts'

/** What the reference lists endpoints under. */
export interface Resource {
  name: string
  description: string
}

const models = { name: 'Models', description: 'Models with their versions and files, listed, searched and one by one.' }
const versions = {
  name: 'Model versions',
  description: 'Versions by id, and by the hash of any file that they hold.',
}
const downloads = {
  name: 'Downloads',
  description: 'Files of versions: a decision who may have which file, and a signed address of its bytes.',
}
const images = { name: 'Images', description: 'Images and videos, how they were made, and their bytes in any size.' }
const account = { name: 'Account', description: 'The account that a token or a session speaks for.' }
const accounts = {
  name: 'Accounts',
  description: 'Who may use the hub: its first account, sign-up, invitations, and what its owner decides about others.',
}
const hub = { name: 'Hub', description: 'What the hub itself is: its settings, its words, this document.' }

/** By the first part of a path behind `/api/v1`. */
const resources: Readonly<Record<string, Resource>> = {
  models,
  'model-versions': versions,
  'model-files': versions,
  download: downloads,
  files: downloads,
  images,
  posts: images,
  media: images,
  creators: { name: 'Creators', description: 'Who published models.' },
  tags: { name: 'Tags', description: 'What models are tagged with.' },
  collections: { name: 'Collections', description: 'Public collections.' },
  articles: { name: 'Articles', description: 'A hub has none; clients of the site API can ask for them.' },
  users: { name: 'Users', description: 'Accounts as everybody sees them.' },
  me: account,
  tokens: account,
  auth: account,
  vault: { name: 'Vault', description: 'Versions that an account keeps, even when the library drops them.' },
  permissions: hub,
  enums: hub,
  hub,
  'openapi.json': hub,
  library: { name: 'Library', description: 'The folders of model files that the hub indexes.' },
  audit: { name: 'Audit log', description: 'What happened to the accounts of the hub, for its owners.' },
  access: hub,
  accounts,
  invitations: accounts,
  setup: accounts,
  'sign-up': accounts,
  'password-reset': accounts,
}

/** The resource that an endpoint belongs to; one that the list does not know goes by its path's own word. */
export function resourceOf({ path }: Pick<Endpoint, 'path'>): Resource {
  const [word = ''] = segmentsOf(path)
  return resources[word] ?? { name: word, description: `What lies below \`${word}\`.` }
}
