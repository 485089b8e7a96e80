/** The widths in pixels that the hub makes pictures in. */
const widths = [320, 450, 800, 1200, 1600] as const

/** A picture's address with another transform in the place of `original=true`. */
export const transformed = (url: string, transform: string): string =>
  url.replace(/\/original=true\/(?=[^/]*$)/, `/${transform}/`)

/** A picture in each width up to `widest`, for the browser to take the one that its screen needs. */
export const pictureSources = (url: string, widest: number): string =>
  widths
    .filter((width) => width <= widest)
    .map((width) => `${transformed(url, `width=${width}`)} ${width}w`)
    .join(', ')
