import { ActionIcon, CopyButton } from '@mantine/core'
import { CheckIcon, CopyIcon } from 'lucide-react'
import classes from './model-page.module.css'

/** A text to take along, cut where there is no room, and a button that copies all of it. */
export function Copyable({ text, name }: { text: string; name: string }) {
  return (
    <div className={classes.copyable}>
      <span className={classes.code} title={text}>
        {text}
      </span>
      <CopyButton value={text} timeout={2000}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            size="sm"
            color={copied ? 'teal' : 'gray'}
            onClick={copy}
            aria-label={copied ? `Copied ${name}` : `Copy ${name}`}
          >
            {copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </div>
  )
}
