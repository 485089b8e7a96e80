import { Link } from '@tanstack/react-router'
import { DownloadIcon, ImageOffIcon, ThumbsUpIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useHub } from '../../api/hub'
import { FavoriteHeart } from '../marks/favorite-heart'
import { isMature } from '../mature/levels'
import { useMatureChoice } from '../mature/mature-choice'
import type { Model } from './model'
import classes from './model-card.module.css'
import { Picture } from './picture'
import pictureClasses from './picture.module.css'

/** How many of something, short: `12`, `3.4K`. */
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A model in a list. */
export function ModelCard({ model, isUrgent }: { model: Model; isUrgent: boolean }) {
  const version = model.modelVersions[0]
  const isDefaultCreator = useHub()?.defaultCreator === model.creator.username
  return (
    <article className={classes.card}>
      <Preview model={model} isUrgent={isUrgent} />
      <div className={classes.marks}>
        <span className={classes.kind}>{model.type}</span>
        <FavoriteHeart model={model} className={classes.heart} />
      </div>
      <div className={classes.facts}>
        <Link
          to="/models/$modelId"
          params={{ modelId: String(model.id) }}
          className={classes.name ?? ''}
          dir="auto"
          title={model.name}
        >
          {model.name}
        </Link>
        <div className={classes.line}>
          <span className={classes.clip} dir="auto">
            {model.creator.username}
            {isDefaultCreator && ' (default)'}
          </span>
          <span className={classes.clip}>{version?.baseModel}</span>
        </div>
        <div className={classes.line}>
          <Count icon={<DownloadIcon size={14} aria-hidden />} count={model.stats.downloadCount} of="downloads" />
          <Count icon={<ThumbsUpIcon size={14} aria-hidden />} count={model.stats.thumbsUpCount} of="likes" />
        </div>
      </div>
    </article>
  )
}

/** The first picture that everybody may see, or the first; none where none is there or to be seen. */
function Preview({ model, isUrgent }: { model: Model; isUrgent: boolean }) {
  const choice = useMatureChoice()
  const pictures = model.modelVersions.flatMap(({ images }) => images)
  const safe = pictures.find(({ nsfwLevel }) => !isMature(nsfwLevel))
  const picture = choice === 'hidden' ? safe : choice === 'shown' ? pictures[0] : (safe ?? pictures[0])
  if (!picture)
    return (
      <div className={`${pictureClasses.frame} ${pictureClasses.none}`} style={{ ['--ratio' as string]: '4 / 5' }}>
        <ImageOffIcon size={36} strokeWidth={1.2} aria-hidden />
      </div>
    )
  return (
    <Picture
      picture={{ ...picture, level: picture.nsfwLevel }}
      alt=""
      ratio="4 / 5"
      sizes="(max-width: 30em) 46vw, (max-width: 62em) 24vw, 230px"
      isUrgent={isUrgent}
    />
  )
}

function Count({ icon, count, of }: { icon: ReactNode; count: number; of: string }) {
  return (
    <span className={classes.count} title={`${count.toLocaleString('en')} ${of}`}>
      {icon}
      {short.format(count)}
      <span className="visually-hidden">{of}</span>
    </span>
  )
}
