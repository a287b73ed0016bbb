import type { CoreContext } from '#core/context'
import type { AvatarSize } from '#core/images'
import { toBase64Url } from '#core/secrets'

/** 128 random bits, base64url: nobody guesses it, and it never names another thing. */
export const fileName = /^[A-Za-z0-9_-]{22}$/

export const newFileName = (ctx: Pick<CoreContext, 'random'>): string => toBase64Url(ctx.random.bytes(16))

/** The key of a rendition. */
export const avatarKey = (name: string, file: string): string => `avatars/${name}/${file}`

/** The key of what somebody uploaded. */
export const uploadKey = (uploadId: string): string => `uploads/${uploadId}/original`

const pathOf = (name: string, size: AvatarSize) => `/v1/avatars/${name}/${size}.webp`

/** The address of an avatar: what `picture` is. */
export const avatarAddress = ({ config }: Pick<CoreContext, 'config'>, name: string): string =>
  config.BASE_URL + pathOf(name, 256)

/** Another rendition of a picture that is one of ours; any other as it is. */
export const inSize = (picture: string, size: string): string =>
  picture.replace(/(\/v1\/avatars\/[A-Za-z0-9_-]{22}\/)256\.webp$/, `$1${size}.webp`)
