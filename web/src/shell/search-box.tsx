import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import classes from './shell.module.css'

/** Searches models by whatever is typed. */
export function SearchBox() {
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const search = (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() !== '') navigate({ to: '/models', search: { query: text.trim() } })
  }
  return (
    <search className={classes.search}>
      <form onSubmit={search}>
        <TextInput
          type="search"
          aria-label="Search models"
          placeholder="Search models"
          leftSection={<IconSearch size={16} />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </form>
    </search>
  )
}
