import { HeartIcon } from 'lucide-react'

/** A heart, filled and red once something is a favourite. */
export const Heart = ({ isFavorite }: { isFavorite: boolean }) =>
  isFavorite ? <HeartIcon size={18} color={red} fill={red} /> : <HeartIcon size={18} />

const red = 'var(--mantine-color-red-6)'
