import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm'
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc.wasm'
import { createAvatarRenderer } from './avatar-renderer'
import { createImageCodecs } from './image-codecs'
import { writeRendered } from './rendered-avatar'

/** It lives as long as the isolate, so that decoders keep their memory and take no other. */
const renderer = createAvatarRenderer(createImageCodecs({ jpegDecoder, webpDecoder, webpEncoder }))

/** Answers what `createBoundImages` asks. Only our own Worker can, so what it sends is an image of a size that it allows. */
export const answerImage = async (request: Request): Promise<Response> =>
  new Response(writeRendered(await renderer.renderAvatar(new Uint8Array(await request.arrayBuffer()))))
