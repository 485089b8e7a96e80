/** What the owner's page of the library needs. */
export const folderSizes = (): string[] => [
  // How many files a folder has, and their bytes, by this index alone.
  `create index file_place_size on file_place (folder_id, size_bytes)`,
]
