import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { MoonIcon, SunIcon } from 'lucide-react'

/** Light or dark, from what the system prefers to the other and back. */
export function ColorSchemeToggle() {
  const { setColorScheme } = useMantineColorScheme()
  const now = useComputedColorScheme('light')
  const other = now === 'dark' ? 'light' : 'dark'
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      onClick={() => setColorScheme(other)}
      aria-label={`Switch to ${other} colours`}
    >
      {now === 'dark' ? <SunIcon size={20} /> : <MoonIcon size={20} />}
    </ActionIcon>
  )
}
