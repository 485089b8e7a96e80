/** What the address of the models page says is shown. */
export interface ModelsSearch {
  query?: string | undefined
}

export const readModelsSearch = ({ query }: Record<string, unknown>): ModelsSearch => ({
  query: typeof query === 'string' && query !== '' ? query : undefined,
})
