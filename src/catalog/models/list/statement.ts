import type { QueryOf } from '../../../db/database.ts'
import type { SqlDialect } from '../../../db/sql-dialect.ts'
import { pageIds } from './ids-query.ts'
import type { PageRow, PageShape, PageValues } from './page-shape.ts'

/** The query of a page gives ids alone; the records of these follow (`hydrate.ts`): the cost follows the page. */
export const pageQuery =
  (shape: PageShape, engine: SqlDialect): QueryOf<Required<PageValues>, PageRow> =>
  (query, values) =>
    // The keys are named by their number, as the row says.
    pageIds({ query, shape, engine, values }) as never
