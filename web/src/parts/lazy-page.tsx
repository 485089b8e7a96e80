import { type ComponentType, use } from 'react'

type Loader<Name extends string> = () => Promise<{ [Key in Name]: ComponentType }>

/**
 * Loads the code of a page when it is opened, or earlier when a link to it is hovered. A failed preload is forgotten and
 * costs nothing; a failure while the page is opened is thrown, and `ErrorPage` recovers from it.
 */
export function lazyPage<Name extends string>(load: Loader<Name>, name: Name) {
  let loaded: ComponentType | undefined
  let opening: Promise<ComponentType> | undefined
  const start = async () => {
    const module = await load()
    loaded = module[name]
    return loaded
  }
  // biome-ignore lint/correctness/noComponentHookFactories: routes call it once each, when the app starts
  function LazyPage() {
    if (!loaded) opening ??= start()
    const Loaded = loaded ?? use(opening as Promise<ComponentType>) // set in the line above
    return <Loaded />
  }
  return Object.assign(LazyPage, { preload: () => start().then(noValue, noValue) })
}

const noValue = () => undefined
