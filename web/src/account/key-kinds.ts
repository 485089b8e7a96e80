/** The kinds of keys, as people know them. */
export const keyKinds = [
  { id: 'bearer', label: 'Bearer', about: 'For a program of yours: it speaks for you, as far as you let it.' },
  {
    id: 'publishable',
    label: 'Publishable',
    about:
      'For a web page, where everybody can read it: it reads what is public, for the pages that you name, and speaks for nobody.',
  },
  {
    id: 'canary',
    label: 'Canary',
    about:
      'Bait: put it beside your other secrets, in a backup or a settings file. It may do nothing; who tries it has been where they should not, and you are told at once.',
  },
] as const

export type KeyKind = (typeof keyKinds)[number]['id']
