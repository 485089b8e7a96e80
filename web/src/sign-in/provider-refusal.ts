/**
 * In words, why signing in with another site did not work. The codes are those of OAuth (RFC 6749 §4.1.2.1), of the
 * sessions library, and of the hub.
 */
export const providerRefusal = (code: string): string =>
  words.get(code) ?? `Signing in with the other site did not work (${code.replaceAll('_', ' ')}).`

/** In words, why another site could not be linked to an account that one is signed in to. */
export const linkRefusal = (code: string): string =>
  linkWords.get(code) ?? `Linking the other site did not work (${code.replaceAll('_', ' ')}).`

const tooLate = 'Signing in took too long, or was begun in another window. Try again.'
const faulty = 'The other site has a fault. Try again later, or sign in another way.'

const silent = 'The other site does not answer. Try again later'

const words: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'Signing in was cancelled or refused at the other site. Try again, or sign in another way.'],
  ['account_banned', 'Your account is banned. Ask an owner of this hub.'],
  [
    'account_not_linked',
    'An account of this hub has your e-mail address, but nobody vouches that it is yours. Sign in another way, then link the other site in your account settings, under Security.',
  ],
  ['email_not_found', 'The other site told no e-mail address of yours, which an account needs.'],
  ['hub_not_set_up', 'This hub has no owner yet, and the first account is not made by way of another site.'],
  ['provider_does_not_answer', `${silent}, or sign in another way.`],
  ['server_error', faulty],
  ['signup_disabled', 'You have no account here that belongs to the one at the other site. Ask an owner of this hub.'],
  ['state_mismatch', tooLate],
  ['state_not_found', tooLate],
  ['temporarily_unavailable', faulty],
])

const linkWords: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'It was cancelled or refused at the other site. Try again if you did not mean to.'],
  [
    'account_already_linked_to_different_user',
    'Your account at the other site opens another account of this hub. Unlink it there first.',
  ],
  ['provider_does_not_answer', `${silent}.`],
  ['server_error', 'The other site has a fault. Try again later.'],
  ['state_mismatch', 'It took too long, or was begun in another window. Try again.'],
  ['state_not_found', 'It took too long, or was begun in another window. Try again.'],
  ['temporarily_unavailable', 'The other site has a fault. Try again later.'],
])
