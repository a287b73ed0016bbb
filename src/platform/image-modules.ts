import { fileURLToPath } from 'node:url'
import type { ImageModules } from './image-codecs'

const compile = async (name: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await Bun.file(fileURLToPath(import.meta.resolve(name))).arrayBuffer())

/** Compiles the codecs, on Bun. */
export const compileImageModules = async (): Promise<ImageModules> => {
  const [jpegDecoder, webpDecoder, webpEncoder] = await Promise.all([
    compile('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'),
    compile('@jsquash/webp/codec/dec/webp_dec.wasm'),
    compile('@jsquash/webp/codec/enc/webp_enc.wasm'),
  ])
  return { jpegDecoder, webpDecoder, webpEncoder }
}
