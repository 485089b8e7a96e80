import type { ReactNode } from 'react'
import classes from './reference.module.css'

/** What may be wider than the page: it scrolls by itself, by keyboard as well. */
export function Wide({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is of forms
    <div className={classes.scrolls} role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
