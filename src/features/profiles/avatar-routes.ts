import type { Context } from 'hono'
import { blobsUnavailable, notFound } from '#core/problems'
import { describe } from '#http/describe'
import { forever, harmlessFile, respondWithBlob } from '#http/respond-with-blob'
import { type AppEnv, createRouter } from '#http/router'
import { validate } from '#http/validate'
import { AvatarFile, Initials, imageTypes } from './avatar-contract'
import { avatarKey } from './avatar-names'
import { drawInitials } from './draw-initials'

/** The type of a body without its parameters. */
const _typeOf = (c: Context<AppEnv>): string | undefined =>
  c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()

const _isImage = (type: string | undefined) => imageTypes.some((known) => known === type)

/** Pictures of people, for everybody who knows their names. */
export const avatars = createRouter()
  .get(
    '/avatars/initials/:letters',
    describe({
      summary: 'Initials as a picture',
      description: 'The same for everybody who has them, so it may be kept for ever.',
      caller: 'anyone',
      answers: { 200: { description: 'An image.', mediaType: 'image/svg+xml' } },
      problems: [notFound],
    }),
    validate('param', Initials),
    (c) =>
      c.body(drawInitials(c.req.valid('param').letters), 200, {
        ...harmlessFile,
        'cache-control': forever,
        'content-type': 'image/svg+xml; charset=utf-8',
      }),
  )
  .get(
    '/avatars/:name/:file',
    describe({
      summary: 'A picture',
      description: 'What has a name never changes, so it may be kept for ever. Answers ranges and conditions.',
      caller: 'anyone',
      answers: {
        200: { description: 'The image.', mediaType: 'image/webp' },
        206: { description: 'A part of it.', mediaType: 'image/webp' },
        304: { description: 'It is as you know it.' },
        416: { description: 'There is no such part.' },
      },
      problems: [notFound, blobsUnavailable],
    }),
    validate('param', AvatarFile),
    (c) => {
      const { name, file } = c.req.valid('param')
      const key = avatarKey(name, file)
      const { blobs } = c.get('ctx')
      return respondWithBlob(c, {
        etag: `"${name}-${file}"`,
        head: () => blobs.head(key),
        get: (range) => blobs.get(key, range),
      })
    },
  )
