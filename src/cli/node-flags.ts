/**
 * Flags of Node for processes that serve.
 *
 * V8's space for young objects is 4 MB and stays so: left alone it doubles as the load grows, up to 128 MB and more on a large
 * machine, and keeps that, which makes nothing faster here. At 1 MB, where it begins, one collection follows another while requests
 * come, and the slowest answers wait several times as long.
 *
 * Old objects are collected when there are 45 % more of them, bytes of answers that are no longer kept among them: left alone, V8
 * lets many more lie. The lower this is, the less memory a process takes, and the more of its time: at 30 % one that is
 * asked for nothing but new things answers a twentieth fewer.
 *
 * Nothing is made old from the beginning. Where some objects live through a few collections V8 may decide that all of their kind
 * will; requests end, and the dead old ones hold what is young: about one process in ten collected without end, and answered a
 * third of what others did.
 */
export const heapFlags = [
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
  '--heap-growing-percent=45',
  '--no-allocation-site-pretenuring',
]

/**
 * What glibc's allocator is told (mallopt(3)): threads share two arenas, so that what one has left another takes. To map each
 * large piece by itself would save more, and makes HTTP/2 over TLS a third slower. Elsewhere it means nothing.
 */
export const allocator = { MALLOC_ARENA_MAX: '2' }
