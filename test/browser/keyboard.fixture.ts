import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { eventually } from '../eventually.ts'

/** Somebody at a page who has a keyboard and nothing else. */
export interface Keyboard {
  /** Presses a key. Afterwards something on the page has the focus, and shows it. */
  press(key: string): Promise<void>
  type(text: string): Promise<void>
  /** Goes on with Tab, or another key, until `target` has the focus. */
  goTo(target: Locator, key?: string): Promise<void>
  /** Waits until `target` has the focus. */
  isAt(target: Locator): Promise<void>
}

export function keyboardOf(page: Page): Keyboard {
  const hasFocus = async (target: Locator) => (await target.and(page.locator(':focus')).count()) === 1
  const isAt = async (target: Locator) => {
    await target.waitFor()
    let at = ''
    await eventually(
      async () => {
        at = (await focusOf(page)).html
        return await hasFocus(target)
      },
      () => `the focus does not come to ${target}, but stays at ${at}`,
    )
    await assertSeen(page)
  }
  const press = async (key: string) => {
    await page.keyboard.press(key)
    await eventually(async () => !(await focusOf(page)).isLost, `nothing has the focus after ${key} at ${page.url()}`)
    await assertSeen(page)
  }
  return {
    press,
    type: (text) => page.keyboard.type(text),
    isAt,
    async goTo(target, key = 'Tab') {
      await target.waitFor()
      for (let pressed = 0; !(await hasFocus(target)); pressed++) {
        assert.ok(pressed < mostPresses, `${key} does not lead to ${target}`)
        await press(key)
      }
    },
  }
}

const mostPresses = 40

interface Focus {
  isLost: boolean
  /** Lies wholly or partly where it can be seen, below no other thing. */
  isOnScreen: boolean
  /** Has a ring of two pixels at least, itself or on the control that it is drawn as. */
  hasRing: boolean
  html: string
}

const focusOf = (page: Page): Promise<Focus> =>
  page.evaluate(`(() => {
    const element = document.activeElement
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { top, bottom, left, right } = element.getBoundingClientRect()
    return {
      isLost: element === document.body,
      isOnScreen: bottom > 0 && right > 0 && top < innerHeight && left < innerWidth,
      hasRing: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      html: element.outerHTML.slice(0, 300),
    }
  })()`)

async function assertSeen(page: Page): Promise<void> {
  let focus = await focusOf(page)
  await eventually(
    async () => {
      focus = await focusOf(page)
      return !focus.isLost && focus.isOnScreen && focus.hasRing
    },
    () => `the focus cannot be seen: ${JSON.stringify(focus)}`,
  )
}
