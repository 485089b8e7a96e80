import { Skeleton } from '@mantine/core'
import type { Model } from './model'
import { ModelCard } from './model-card'
import classes from './model-card.module.css'

/** Models side by side, as many as fit; the pictures of the first rows are loaded at once. */
export function CardGrid({ models }: { models: readonly Model[] }) {
  return (
    <ul className={classes.grid} aria-label="Models">
      {models.map((model, index) => (
        <li key={model.id}>
          <ModelCard model={model} isUrgent={index < 12} />
        </li>
      ))}
    </ul>
  )
}

/** The place of cards that are on their way. */
export function CardGridSkeleton({ count }: { count: number }) {
  return (
    <div className={classes.grid} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing tells one from the other
        <Skeleton key={index} radius="lg" style={{ aspectRatio: '4 / 6.9' }} />
      ))}
    </div>
  )
}
