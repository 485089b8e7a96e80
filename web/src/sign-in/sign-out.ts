import { askAuth } from './sign-in'

/** Ends the session, here and at the hub. */
export const signOut = () => askAuth('/sign-out', {})
