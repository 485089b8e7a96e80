import { decode } from 'blurhash'
import { useEffect, useRef } from 'react'
import classes from './picture.module.css'

/** So few points that it costs nothing; the browser smooths them. */
const side = 16

/** The soft shape of a picture that is not there yet, or not to be seen. */
export function BlurHash({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || hash === '') return
    try {
      context.putImageData(new ImageData(new Uint8ClampedArray(decode(hash, side, side)), side, side), 0, 0)
    } catch {
      // A hash that is none leaves the plain ground.
    }
  }, [hash])
  return <canvas ref={canvas} width={side} height={side} className={classes.fill} aria-hidden />
}
