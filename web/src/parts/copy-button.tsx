import { Button, type ButtonProps, CopyButton as Copying } from '@mantine/core'
import { CheckIcon, CopyIcon } from 'lucide-react'
import type { Ref } from 'react'

/** Puts `value` on the clipboard, and says so. `label` tells what is copied to those who do not see what is beside it. */
export function CopyButton({
  value,
  label,
  ...looks
}: { value: string; label: string; ref?: Ref<HTMLButtonElement> } & ButtonProps) {
  return (
    <Copying value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          variant="light"
          style={{ flexShrink: 0 }}
          {...looks}
          {...(copied && { color: 'teal' })}
          leftSection={copied ? <CheckIcon size={16} /> : <CopyIcon size={16} />}
          onClick={copy}
          aria-label={label}
        >
          <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
        </Button>
      )}
    </Copying>
  )
}
