interface Suite {
  id: string
  tests: {
    id: string
    name: string
    /** `required` where it is left out. */
    kind?: 'required' | 'optimal' | 'check'
    depends_on?: string[]
    browser_only?: boolean
  }[]
}

declare module 'http-cache-tests/tests/index.mjs' {
  const suites: Suite[]
  export default suites
}
declare module 'http-cache-tests/tests/surrogate-control.mjs' {
  const suite: Suite
  export default suite
}
