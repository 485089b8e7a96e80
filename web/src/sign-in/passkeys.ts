import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser'
import { askAuth } from './sign-in'

/*
 * What this browser does with passkeys. Loaded where it is used, since most people come in otherwise.
 */

/** Asks the browser for a passkey, and signs in with it. */
export const signInWithPasskey = async () => present(await choosePasskey({ useBrowserAutofill: false }))

/**
 * Offers passkeys where the username is typed, for as long as the page is there; ends when one was chosen and the hub
 * took it. False where nothing can be offered, or when it was stopped: nobody asked for it, so nobody is told.
 */
export async function offerPasskeys(): Promise<boolean> {
  if (!(await browserSupportsWebAuthnAutofill())) return false
  const chosen = await choosePasskey({ useBrowserAutofill: true }).catch(() => undefined)
  if (!chosen) return false
  await present(chosen)
  return true
}

/** Takes back what {@link offerPasskeys} offers. */
export const stopOffering = () => WebAuthnAbortService.cancelCeremony()

/** Makes a passkey on this device, or whichever the browser offers, and has the hub know it under `name`. */
export async function addPasskey(name: string): Promise<void> {
  const optionsJSON = await askAuth<PublicKeyCredentialCreationOptionsJSON>(
    `/passkey/generate-register-options?${new URLSearchParams({ name })}`,
  )
  const response = await startRegistration({ optionsJSON }).catch(refuse)
  await askAuth('/passkey/verify-registration', { response, name })
}

async function choosePasskey({ useBrowserAutofill }: { useBrowserAutofill: boolean }) {
  const optionsJSON = await askAuth<PublicKeyCredentialRequestOptionsJSON>('/passkey/generate-authenticate-options')
  return startAuthentication({ optionsJSON, useBrowserAutofill }).catch(refuse)
}

const present = (response: AuthenticationResponseJSON) => askAuth('/passkey/verify-authentication', { response })

/** @throws why no passkey came of it, for people */
function refuse(error: unknown): never {
  if (error instanceof WebAuthnError && error.code in reasons) throw new Error(reasons[error.code])
  if (error instanceof Error && error.name === 'NotAllowedError') throw new Error(reasons.cancelled)
  throw error
}

const reasons: Record<string, string> = {
  cancelled: 'No passkey was used: the question was closed, or took too long.',
  ERROR_CEREMONY_ABORTED: 'No passkey was used: the question was closed.',
  ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: 'This device has a passkey for your account already.',
  ERROR_INVALID_DOMAIN: 'Passkeys need a host name with HTTPS, or localhost: this address has neither.',
  ERROR_INVALID_RP_ID: 'Passkeys of this hub belong to another address of it. Open the hub there.',
}
