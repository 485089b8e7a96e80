import { Button, type ButtonProps, Loader } from '@mantine/core'
import type { ComponentPropsWithoutRef } from 'react'
import classes from './busy-button.module.css'

type Props = Omit<ButtonProps, 'loading'> &
  Omit<ComponentPropsWithoutRef<'button'>, keyof Omit<ButtonProps, 'disabled'>>

/**
 * A button of something that takes a while. Meanwhile a press does nothing; the focus stays on it, which a button that is
 * disabled would lose.
 */
export const BusyButton = ({ isBusy, onClick, leftSection, children, ...rest }: Props & { isBusy: boolean }) => (
  <Button
    {...rest}
    leftSection={isBusy ? undefined : leftSection}
    aria-disabled={isBusy || undefined}
    aria-busy={isBusy || undefined}
    onClick={(event) => (isBusy ? event.preventDefault() : onClick?.(event))}
  >
    <span className={classes.label} data-busy={isBusy || undefined}>
      {children}
    </span>
    {isBusy && <Loader className={classes.busy ?? ''} size={18} color="currentColor" />}
  </Button>
)
