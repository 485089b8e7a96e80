import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useState } from 'react'

/** A text with what the hub knows of its kind proposed by the browser itself. It counts once it is chosen, or entered. */
export function SuggestInput({
  label,
  placeholder,
  value,
  suggest,
  onChoose,
}: {
  label: string
  placeholder: string
  value: string | undefined
  suggest: (query: string | undefined, signal: AbortSignal) => Promise<string[]>
  onChoose: (value: string | undefined) => void
}) {
  const listId = useId()
  const [text, setText] = useState(value ?? '')
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setText(value ?? ''), [value])
  const [asked] = useDebouncedValue(text.trim(), 250)
  const { data = [] } = useQuery({
    queryKey: ['suggestions', label, asked],
    queryFn: ({ signal }) => suggest(asked === '' ? undefined : asked, signal),
    enabled: isOpen,
    placeholderData: keepPreviousData,
  })
  const choose = (chosen: string) => {
    const next = chosen.trim() === '' ? undefined : chosen.trim()
    if (next !== value) onChoose(next)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    choose(text)
  }
  return (
    <form onSubmit={submit}>
      <TextInput
        label={label}
        placeholder={placeholder}
        list={listId}
        value={text}
        dir="auto"
        autoComplete="off"
        onFocus={() => setOpen(true)}
        onBlur={() => choose(text)}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value)
          if (currentTarget.value === '' || data.includes(currentTarget.value)) choose(currentTarget.value)
        }}
      />
      <datalist id={listId}>
        {data.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </form>
  )
}
