import type { Page } from 'playwright-core'
import { password } from '../conformance/hub.ts'

/** Signs out by the menu of the account; ends on the page of signing in. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/login')
}

/** Fills and sends the form of the page of signing in. */
export async function givePassword(page: Page, username: string, given = password): Promise<void> {
  await page.getByLabel('Username or e-mail address').fill(username)
  await page.getByRole('textbox', { name: 'Password' }).fill(given)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}
