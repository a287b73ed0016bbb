import type { ImageRenderer } from '#core/images'
import { avatarSizes } from '#core/images'
import { blobs } from '#db/schema/profiles'
import type { World } from '../../platform'
import type { Answer } from '../../platform/calls'

/** Sends an image as the body. */
export const putImage = (
  world: World,
  token: string,
  bytes: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>,
  contentType = 'image/png',
): Promise<Answer> => world.send('PUT /v1/me/avatar', { token, bytes, headers: { 'content-type': contentType } })

/** The name in the address of a picture of ours. */
export const nameIn = (picture: string | null): string => {
  const [, name] = /\/v1\/avatars\/([A-Za-z0-9_-]{22})\/256\.webp$/.exec(picture ?? '') ?? []
  if (name === undefined) throw new Error(`This is no picture of ours: ${picture}`)
  return name
}

/** What the database knows of blobs, in the order of their keys. */
export const blobRows = async (world: World) => {
  const rows = await world.db.select({ key: blobs.key, kind: blobs.kind, dropAfter: blobs.dropAfter }).from(blobs)
  return rows
    .map(({ key, kind, dropAfter }) => ({ key, kind, isInUse: dropAfter === null }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** Makes a rendition of nothing but its size: for tests that are not about images. */
export const quickImages: ImageRenderer = {
  renderAvatar: async () => ({
    ok: true,
    renditions: avatarSizes.map((size) => ({ size, bytes: new TextEncoder().encode(`RIFF of ${size}`) })),
  }),
}

export const anyImage = new TextEncoder().encode('an image')
