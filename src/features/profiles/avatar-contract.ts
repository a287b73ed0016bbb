import * as z from 'zod'
import { avatarSizes, mostImageBytes } from '#core/images'
import { fileName } from './avatar-names'

/** The types of images that are read, as they are declared; what a file is, is read from its bytes. */
export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const

/** Where an image comes from that is not the body itself: from an address, or from a direct upload. */
export const AvatarSource = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .max(2000)
      .optional()
      .meta({ example: 'https://example.com/ada.jpg' }),
    uploadId: z.string().regex(fileName, { error: 'Give the id of an upload.' }).optional(),
  })
  .refine(({ url, uploadId }) => (url === undefined) !== (uploadId === undefined), {
    error: 'Give a url or an uploadId.',
    params: { code: 'one_of' },
  })
  .meta({ id: 'AvatarSource', example: { url: 'https://example.com/ada.jpg' } })
export type AvatarSource = z.output<typeof AvatarSource>

/** What somebody is going to upload. */
export const UploadRequest = z
  .strictObject({ contentType: z.enum(imageTypes), bytes: z.int().min(1).max(mostImageBytes) })
  .meta({ id: 'UploadRequest', example: { contentType: 'image/jpeg', bytes: 81_920 } })
export type UploadRequest = z.output<typeof UploadRequest>

/** Where to, and how: these headers and so many bytes, once. */
export const Upload = z
  .object({
    uploadId: z.string(),
    method: z.literal('PUT'),
    url: z.url(),
    headers: z.record(z.string(), z.string()),
    expiresIn: z.int().meta({ description: 'Seconds.' }),
  })
  .meta({ id: 'Upload' })
export type Upload = z.output<typeof Upload>

export const AvatarQuery = z.object({
  size: z.enum(avatarSizes.map(String)).default('256').meta({ description: 'The edge of the square, in pixels.' }),
})

export const AvatarFile = z.object({
  name: z.string().regex(fileName),
  file: z.enum(avatarSizes.map((size) => `${size}.webp`)),
})

export const Initials = z.object({ letters: z.string().max(64) })

export const UploadToken = z.object({ token: z.string().max(1000) })
