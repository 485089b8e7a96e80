/** Whether what had the focus is gone, so that the next Tab would begin at the top of the page. */
export const hasLostFocus = (): boolean => document.activeElement === null || document.activeElement === document.body
