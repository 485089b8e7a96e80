import type { Page } from 'playwright-core'

/** Signs out by the menu of the account; ends on the page of signing in. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/login')
}
