/** What an image's address is made of. */
export interface ImageUrlSource {
  uuid: string
  id: number
  /** Of the stored file, without the dot. */
  extension: string
}

/**
 * The absolute address of an image: `/media/{uuid}/{transform}/{id}.{extension}`, the site's form with a bucket name of
 * our own (contract §5). The last part is a file name, because clients read the image's id out of it.
 */
export const imageUrl = (
  origin: string,
  { uuid, id, extension }: ImageUrlSource,
  transform = 'original=true',
): string => `${origin}/media/${uuid}/${transform}/${id}.${extension}`
