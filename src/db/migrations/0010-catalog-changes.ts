/** What each of the latest changes of the catalog concerned: a JSON list of keys, or null for anything. */
export const catalogChanges = (): string[] => [`create table catalog_change (revision bigint primary key, keys text)`]
