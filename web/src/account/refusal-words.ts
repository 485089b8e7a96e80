/** Why a request with a key was refused, and what to do about it, in plain words. */
export const refusalWords = {
  expired: { why: 'The key had expired.', remedy: 'Add a new key and put it in the place of this one.' },
  revoked: {
    why: 'The key had been revoked.',
    remedy: 'The program still has it. Add a new key for it, or remove this one there.',
  },
  rotated: {
    why: 'The program sent an earlier secret, after the overlap of a rotation had ended.',
    remedy: 'Put the current secret into that program. If you do not have it, rotate again.',
  },
  network: {
    why: 'The request came from an address outside the networks of this key.',
    remedy: 'If the address is yours, allow its network under "Change limits".',
  },
  scope: {
    why: 'The key has not the scope that this needs.',
    remedy: 'Give this key the scope under "Change limits", or the program a key of its own.',
  },
  query: {
    why: 'The key stood in the address (?token=), where it is not accepted.',
    remedy: 'Let the program send it as "Authorization: Bearer", or accept it in addresses under "Change limits".',
  },
  form: {
    why: 'The header held the key in a wrong form: another scheme, quotes, or no scheme at all.',
    remedy:
      'Send it as "Authorization: Bearer KEY". If the program does that, look for a .netrc file or a proxy that replaces the header.',
  },
  origin: {
    why: 'The key was sent by a web page that may not use it.',
    remedy:
      'A page of another site must not hold a bearer key: everybody who opens the page can read it. Add a publishable key for that page, and revoke this one.',
  },
  canary: {
    why: 'This is a canary: nobody should ever use it.',
    remedy: 'Somebody has what the canary lay beside. Find out where it was, and revoke what else lay there.',
  },
  banned: { why: 'Your account was banned at that time.', remedy: 'Ask an owner of this hub.' },
} as const
