import { Link } from '@tanstack/react-router'
import { CategoryBadge } from './category-badge'
import type { Operation } from './operations'
import classes from './reference.module.css'

/** One line of the list of all endpoints. */
export function OperationRow({ operation, section }: { operation: Operation; section: string }) {
  return (
    <Link to="/docs/$section" params={{ section }} hash={operation.operationId} className={classes.row ?? ''}>
      <span className={classes.method}>{operation.method}</span>
      <span className={classes.path}>{operation.path}</span>
      <CategoryBadge category={operation['x-category']} />
      <span className={classes.summary}>{operation.summary}</span>
    </Link>
  )
}
