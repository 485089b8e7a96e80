import { Button, Drawer } from '@mantine/core'
import type { ReactNode } from 'react'

/** The filters where there is no room beside the list. */
export function FilterDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <Drawer opened onClose={onClose} title="Filters" size="xs" position="right">
      {children}
      <Button fullWidth mt="lg" onClick={onClose}>
        Show models
      </Button>
    </Drawer>
  )
}
