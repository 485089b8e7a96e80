/*
 * Apart from the building of queries: threads that run statements load this and nothing of Kysely, which would be 10 MB of each.
 */

/** What a query binds: a value that is always the same, or the name of one that a call brings. */
export type SqlParameter = { name: string } | { value: unknown }

/** The parameters of a call. */
export const bindParameters = (parameters: readonly SqlParameter[], values: object): unknown[] =>
  parameters.map((parameter) => ('name' in parameter ? values[parameter.name as keyof typeof values] : parameter.value))
