import { useState } from 'react'
import { isMature, levelName } from '../mature/levels'
import { useMatureChoice } from '../mature/mature-choice'
import { BlurHash } from './blur-hash'
import classes from './picture.module.css'
import { pictureSources } from './picture-address'

/** What the API tells of a picture, as far as showing it goes. */
export interface ShownPicture {
  url: string
  hash: string
  width: number
  height: number
  type: 'image' | 'video'
  /** Bits of browsing levels. */
  level: number
}

/**
 * A picture in a frame of a fixed shape: its BlurHash at once, itself when it is loaded. One above PG stays as its
 * BlurHash, and is not even asked for, until somebody wants to see it. `sizes` tells the browser how wide it is shown.
 */
export function Picture({
  picture,
  alt,
  sizes,
  ratio,
  isContained = false,
  isUrgent = false,
}: {
  picture: ShownPicture
  alt: string
  sizes: string
  /** Width to height. */
  ratio: string
  /** The whole picture, with bars where its shape is another than the frame's. */
  isContained?: boolean
  isUrgent?: boolean
}) {
  const choice = useMatureChoice()
  const [isAskedFor, setAskedFor] = useState(false)
  const [isLoaded, setLoaded] = useState(false)
  const isVeiled = choice !== 'shown' && !isAskedFor && isMature(picture.level)
  const fill = isContained ? `${classes.fill} ${classes.contain}` : classes.fill
  return (
    <div className={classes.frame} style={{ ['--ratio' as string]: ratio }}>
      {!(isLoaded && isContained) && <BlurHash hash={picture.hash} />}
      {isVeiled && <Veil level={picture.level} onShow={() => setAskedFor(true)} />}
      {!isVeiled && picture.type === 'video' && (
        <video
          className={fill}
          src={picture.url}
          controls={isContained}
          muted
          loop
          playsInline
          preload="metadata"
          aria-label={alt}
        />
      )}
      {!isVeiled && picture.type === 'image' && (
        <img
          className={fill}
          src={picture.url.replace('/original=true/', '/width=450/')}
          srcSet={pictureSources(picture.url, isContained ? 1600 : 800)}
          sizes={sizes}
          alt={alt}
          loading={isUrgent ? 'eager' : 'lazy'}
          decoding="async"
          onLoad={() => setLoaded(true)}
        />
      )}
    </div>
  )
}

function Veil({ level, onShow }: { level: number; onShow: () => void }) {
  return (
    <div className={classes.veil}>
      <span className={classes.level}>{levelName(level)}</span>
      <button
        type="button"
        className={classes.show}
        onClick={(event) => {
          event.preventDefault()
          event.stopPropagation()
          onShow()
        }}
      >
        Show
      </button>
    </div>
  )
}
