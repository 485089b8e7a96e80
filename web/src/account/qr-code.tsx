import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

const size = 208
/** In modules; readers need four (ISO/IEC 18004 §6.3.8). */
const quietZone = 4

/** A QR code, drawn here: what it says is asked of nobody. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = useQuery({
    queryKey: ['qr code', text],
    // The text is a secret: forgotten with the picture.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await import('uqr')).encode(text, { ecc: 'M', border: quietZone }),
  })
  if (!code.data) return <Skeleton width={size} height={size} mx="auto" />
  const path = code.data.data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join('')
  return (
    <svg
      role="img"
      aria-label={label}
      width={size}
      height={size}
      viewBox={`0 0 ${code.data.size} ${code.data.size}`}
      shapeRendering="crispEdges"
      style={{ alignSelf: 'center', borderRadius: 8 }}
    >
      {/* Dark on light whatever the colours of the page: not every reader takes the reverse. */}
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
