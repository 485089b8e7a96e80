import { Button, CopyButton, Group } from '@mantine/core'
import { CheckIcon, CopyIcon } from 'lucide-react'

/** The words that call what a model learned: each is copied by a press, and all of them together. */
export function TrainedWords({ words }: { words: readonly string[] }) {
  return (
    <Group gap={6}>
      {words.map((word) => (
        <CopyWord key={word} text={word} label={`Copy ${word}`}>
          {word}
        </CopyWord>
      ))}
      {words.length > 1 && (
        <CopyWord text={words.join(', ')} label="Copy all trained words" isPlain>
          Copy all
        </CopyWord>
      )}
    </Group>
  )
}

function CopyWord({
  text,
  label,
  isPlain = false,
  children,
}: {
  text: string
  label: string
  isPlain?: boolean
  children: string
}) {
  return (
    <CopyButton value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Button
          size="compact-xs"
          variant={isPlain ? 'subtle' : 'light'}
          color={copied ? 'teal' : isPlain ? 'gray' : 'indigo'}
          rightSection={copied ? <CheckIcon size={12} /> : <CopyIcon size={12} />}
          onClick={copy}
          aria-label={copied ? `Copied ${text}` : label}
          maw="100%"
          fw={500}
        >
          <bdi>{children}</bdi>
        </Button>
      )}
    </CopyButton>
  )
}
