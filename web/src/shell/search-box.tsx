import { Loader, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { SearchIcon } from 'lucide-react'
import { type ClipboardEvent, type FormEvent, useEffect, useRef, useState } from 'react'
import { readModelsSearch } from '../browse/search/models-search'
import { useOpenNamed } from '../browse/search/open-named'
import { type Named, recognize } from '../browse/search/recognize'
import classes from './shell.module.css'

/**
 * Searches models by whatever is typed, as it is typed where the models are listed. An address of a model or a picture,
 * an AIR, or a hash of a file opens what it names instead.
 */
export function SearchBox() {
  const navigate = useNavigate()
  const openNamed = useOpenNamed()
  const { pathname } = useLocation()
  const asked = useSearch({ strict: false, structuralSharing: true })
  const isListed = pathname === '/models'
  const query = isListed ? (readModelsSearch(asked).query ?? '') : ''
  const [text, setText] = useState(query)
  const [isOpening, setOpening] = useState(false)
  /** What the box itself put into the address: anything else there came from elsewhere, and is shown. */
  const own = useRef(query)
  useEffect(() => {
    if (query !== own.current) setText(query)
    own.current = query
  }, [query])

  const search = (words: string) => {
    const next = words.trim() === '' ? undefined : words.trim()
    own.current = next ?? ''
    if (isListed) navigate({ to: '/models', search: { ...readModelsSearch(asked), query: next }, replace: true })
    else if (next !== undefined) navigate({ to: '/models', search: { query: next } })
  }
  const searchSoon = useDebouncedCallback(search, 250)

  const open = async (named: Named, words: string) => {
    searchSoon.cancel()
    setOpening(true)
    try {
      if (await openNamed(named)) setText('')
      else if (named.kind === 'hash' && named.certain)
        notifications.show({
          color: 'orange',
          title: 'Not in this library',
          message: `No file has the hash ${named.hash}.`,
        })
      else search(words)
    } catch (error) {
      notifications.show({
        color: 'red',
        title: 'This did not work',
        message: String(error instanceof Error ? error.message : error),
      })
    } finally {
      setOpening(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const named = recognize(text, location.host)
    if (named) open(named, text)
    else {
      searchSoon.cancel()
      search(text)
    }
  }
  const paste = (event: ClipboardEvent<HTMLInputElement>) => {
    const pasted = event.clipboardData.getData('text')
    const named = recognize(pasted, location.host)
    if (!named) return
    event.preventDefault()
    setText(pasted.trim())
    open(named, pasted)
  }
  return (
    <search className={classes.search}>
      <form onSubmit={submit}>
        <TextInput
          type="search"
          aria-label="Search models, or paste an address, AIR or hash"
          placeholder="Search, or paste an address, AIR or hash"
          leftSection={isOpening ? <Loader size={16} /> : <SearchIcon size={16} />}
          value={text}
          dir="auto"
          onPaste={paste}
          onChange={({ currentTarget: { value } }) => {
            setText(value)
            if (isListed && !recognize(value, location.host)) searchSoon(value)
          }}
        />
      </form>
    </search>
  )
}
