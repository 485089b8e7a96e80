/** Which part of a list by page numbers is asked for. */
export interface OffsetRequest {
  /** What a person typed. */
  query?: string | undefined
  limit: number
  offset: number
}

/** A part of a list, and how many rows the whole of it has. */
export interface OffsetPage<Row> {
  items: Row[]
  totalItems: number
}
