import type { ActorContext } from '../../audit/actor-context.ts'
import type { Database } from '../../db/database.ts'
import { ForbiddenError } from '../errors.ts'
import { insertAccount, type NewAccount, prepareAccount } from './create-account.ts'
import { hasAccounts } from './has-accounts.ts'
import { consumeInvitation, type Invitations, type UsableInvitation } from './invitations.ts'
import type { SignUpPolicy } from './sign-up-policy.ts'

/** Accounts that people make themselves. */
export interface SignUps {
  policy: SignUpPolicy
  /**
   * Makes an account, with the invitation where there is one.
   * @throws ForbiddenError when the hub takes no sign-up, or not this one; Refusal when a property is out of bounds or taken
   */
  create(
    person: Pick<NewAccount, 'username' | 'email' | 'password'> & { invitation: string | undefined },
    by: ActorContext,
  ): Promise<{ id: number; username: string }>
}

export function openSignUps({
  database,
  invitations,
  policy,
  now,
}: {
  database: Database
  invitations: Invitations
  policy: SignUpPolicy
  now: () => number
}): SignUps {
  const admit = async (invitation: string | undefined, email: string): Promise<UsableInvitation | undefined> => {
    if (policy === 'off') throw new ForbiddenError('Nobody can sign up on this hub')
    if (invitation === undefined) {
      if (policy === 'open') return undefined
      throw new ForbiddenError('An invitation is needed to sign up on this hub')
    }
    const found = await invitations.findUsable(invitation)
    if (!found) throw invitationOver()
    if (found.email !== null && found.email !== email.trim().toLowerCase())
      throw new ForbiddenError('The invitation is for another e-mail address')
    return found
  }
  return {
    policy,
    async create({ invitation: text, ...person }, by) {
      const invitation = await admit(text, person.email)
      // Whoever invites an address vouches for it.
      const emailVerified = invitation !== undefined && invitation.email !== null
      const account = await prepareAccount({ ...person, role: 'user', emailVerified })
      const id = await database.write(
        async (transaction) => {
          if (!(await hasAccounts(transaction))) throw new ForbiddenError('This hub has not been set up yet')
          const accountId = await insertAccount(transaction, account, {
            claimsCreator: false,
            by,
            ...(invitation ? { how: 'invitation', invitationId: invitation.id } : { how: 'sign-up' }),
          })
          const used =
            !invitation || (await consumeInvitation(transaction, { id: invitation.id, accountId, at: now() }))
          if (!used) throw invitationOver()
          return accountId
        },
        { changes: 'catalog' },
      )
      return { id, username: account.username }
    },
  }
}

const invitationOver = () => new ForbiddenError('The invitation is not valid, has expired, or was used already')
