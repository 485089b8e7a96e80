import { CopyButton } from '../parts/copy-button'
import classes from './reference.module.css'
import { Wide } from './wide'

/** Text to be read as it stands, and copied. Scrolls inside itself, by keyboard as well. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <div className={classes.code}>
      <Wide label="Code">
        <pre>
          <code>{code}</code>
        </pre>
      </Wide>
      <CopyButton value={code} label={label} size="compact-xs" variant="default" className={classes.copy ?? ''} />
    </div>
  )
}
