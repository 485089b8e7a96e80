/** Images with a bearer token in their bytes. */
export const tokensInImages = (): string[] => [
  `alter table image add column holds_token integer not null default 0`,
  // What was imported before was not looked through: the next scan reads all entries again, and hashes none.
  `update library_entry set fingerprint = ''`,
]
