import type { SqlDialect } from '../sql-dialect.ts'

/** Stores what each library entry says of itself, so that copies decide together, and ids that were replaced by others. */
export const identity = ({ clusteredByKey }: SqlDialect): string[] => [
  // JSON: the facts that decide which version and model an entry belongs to; null until the entry is read.
  `alter table library_entry add column claim text`,
  // JSON: everything that the entry says of its version, its model and its files.
  `alter table library_entry add column facts text`,
  `create index library_entry_unread on library_entry (version_id) where claim is null`, // versions not decided yet
  // Keys that entries of one version or model share: hashes of their bytes, site ids and names.
  `create table entry_key (
    key bigint not null, entry_id integer not null, primary key (key, entry_id)
  ) ${clusteredByKey}`,
  `create index entry_key_entry on entry_key (entry_id, key)`, // the keys of an entry
  // The entry whose facts a row shows.
  `alter table model add column leader_entry_id integer`,
  `alter table model_version add column leader_entry_id integer`,
  // An id that was replaced when two rows became one, or when the site's id became known.
  `create table id_alias (
    kind text not null, old_id integer not null, new_id integer not null, primary key (kind, old_id)
  ) ${clusteredByKey}`,
  `create index id_alias_new on id_alias (kind, new_id)`, // aliases of a row that is replaced in turn
  `create index collection_item_model on collection_item (model_id)`, // items that move to another model
  `create index vault_item_of_version on vault_item (version_id)`, // items that move to another version
  // The next scan reads every entry again. It finds the hashes of unchanged files in the database.
  `update library_entry set fingerprint = ''`,
]
