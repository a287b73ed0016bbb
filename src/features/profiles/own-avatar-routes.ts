import type { Context } from 'hono'
import { mostImageBytes } from '#core/images'
import {
  blobsUnavailable,
  invalidRequest,
  malformedRequest,
  notFound,
  overloaded,
  payloadTooLarge,
  sessionRevoked,
  unsupportedMediaType,
} from '#core/problems'
import { describe } from '#http/describe'
import { readFile } from '#http/read-file'
import { type AppEnv, createRouter } from '#http/router'
import { isJson, validate } from '#http/validate'
import { acceptUpload } from './accept-upload'
import { AvatarQuery, AvatarSource, imageTypes, Upload, UploadRequest, UploadToken } from './avatar-contract'
import { beginUpload } from './begin-upload'
import { changeAvatar } from './change-avatar'
import { User } from './contract'
import { findAvatar } from './find-avatar'
import { damagedImage, imageTooLarge, unsupportedImage, uploadMissing, urlForbidden, urlUnreachable } from './problems'
import { removeAvatar } from './remove-avatar'

/** The type of a body without its parameters. */
const typeOf = (c: Context<AppEnv>): string | undefined =>
  c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()

const isImage = (type: string | undefined) => imageTypes.some((known) => known === type)

/** One's own picture. */
export const ownAvatar = createRouter()
  .put(
    '/me/avatar',
    describe({
      summary: 'Change the picture',
      description:
        'Takes the image as the body, or JSON that says where it is. What it is, is read from its bytes; it is stored as WebP in squares of 64, 128, 256 and 512 pixels, without metadata.',
      caller: 'user',
      fileTypes: imageTypes,
      answers: { 200: { description: 'The account, with its new picture.', schema: User } },
      problems: [
        ...[sessionRevoked, payloadTooLarge, unsupportedMediaType, unsupportedImage, damagedImage, imageTooLarge],
        ...[urlForbidden, urlUnreachable, uploadMissing, blobsUnavailable, overloaded],
      ],
    }),
    async (c, next) => {
      if (isJson(c.req.header('content-type'))) return next()
      if (!isImage(typeOf(c))) throw unsupportedMediaType({ detail: `Send ${imageTypes.join(', ')} or JSON.` })
      return c.json(await changeAvatar(c.get('ctx'), () => readFile(c, mostImageBytes)), 200)
    },
    validate('json', AvatarSource),
    async (c) => c.json(await changeAvatar(c.get('ctx'), c.req.valid('json')), 200),
  )
  .get(
    '/me/avatar',
    describe({
      summary: 'Where the picture is',
      description: 'Leads to the picture, or to an image of the initials where there is none.',
      caller: 'user',
      answers: { 302: { description: 'There.', headers: { location: 'The address of an image.' } } },
      problems: [sessionRevoked],
    }),
    validate('query', AvatarQuery),
    async (c) => c.redirect(await findAvatar(c.get('ctx'), c.req.valid('query').size), 302),
  )
  .delete(
    '/me/avatar',
    describe({
      summary: 'Take the picture away',
      caller: 'user',
      answers: { 204: { description: 'There is none any more.' } },
      problems: [sessionRevoked, overloaded],
    }),
    async (c) => {
      await removeAvatar(c.get('ctx'))
      return c.body(null, 204)
    },
  )
  .post(
    '/me/avatar/uploads',
    describe({
      summary: 'Ask for an address to upload a picture to',
      description:
        'Send the image there with the method and the headers of the answer, then `PUT /v1/me/avatar` with its id.',
      caller: 'user',
      answers: { 201: { description: 'Where to, once.', schema: Upload } },
      problems: [sessionRevoked],
    }),
    validate('json', UploadRequest),
    async (c) => c.json(await beginUpload(c.get('ctx'), c.req.valid('json')), 201),
  )
  .put(
    '/uploads/:token',
    describe({
      summary: 'Upload a file to an address that was given for it',
      description: 'Where the store of files signs no addresses of its own.',
      caller: 'anyone',
      fileTypes: imageTypes,
      answers: { 204: { description: 'It is there.' } },
      problems: [notFound, payloadTooLarge, unsupportedMediaType, malformedRequest, invalidRequest, blobsUnavailable],
    }),
    validate('param', UploadToken),
    async (c) => {
      const sent = { contentType: typeOf(c), read: (most: number) => readFile(c, most) }
      await acceptUpload(c.get('ctx'), c.req.valid('param').token, sent)
      return c.body(null, 204)
    },
  )
