/** Characters and length of a username that a person can have; also what sign-in accepts. */
export const usernameForm = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * Usernames whose page, `/user/<username>`, could not be opened: the settings lie at one, and browsers take the others
 * for folders (URL standard: double-dot path segments). In the form of {@link usernameKey}.
 */
const reservedUsernames: ReadonlySet<string> = new Set(['account', '.', '..'])
export const isReservedUsername = (username: string): boolean => reservedUsernames.has(usernameKey(username))

/** The form in which usernames are compared. */
export const usernameKey = (username: string): string => username.toLowerCase()
