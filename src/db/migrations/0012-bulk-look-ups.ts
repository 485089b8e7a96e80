/** Look-ups of ten thousand hashes are to read no row of a version, each of which lies on a page of its own. */
export const bulkLookUps = (): string[] => [
  // The model of a version: POST by-hash/ids.
  `create index model_version_published on model_version (id, model_id) where status = 'Published'`,
]
