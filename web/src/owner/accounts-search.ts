import { textOf } from '../parts/search-text'

/** What the address of the accounts page says is shown. */
export interface AccountsSearch {
  query?: string | undefined
  /** From 1; absent for the first. */
  page?: number | undefined
}

export const readAccountsSearch = ({ query, page }: Record<string, unknown>): AccountsSearch => ({
  query: textOf(query),
  page: typeof page === 'number' && Number.isSafeInteger(page) && page > 1 ? page : undefined,
})
