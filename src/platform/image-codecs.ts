import decodeJpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'
import decodeWebp from '@jsquash/webp/codec/dec/webp_dec.js'
import encodeWebp from '@jsquash/webp/codec/enc/webp_enc.js'
import { defaultOptions } from '@jsquash/webp/meta.js'
import type { Square } from './square'

/** What is decoded and encoded with, compiled: Workers forbid compiling it at run time. */
export interface ImageModules {
  jpegDecoder: WebAssembly.Module
  webpDecoder: WebAssembly.Module
  webpEncoder: WebAssembly.Module
}

/**
 * Takes decoded pixels, four bytes each, from where the decoder left them: they are gone afterwards.
 * @returns whether they are what was expected
 */
type TakePixels = (pixels: Uint8Array | Uint8ClampedArray) => boolean

/** From 0 to 100. */
const quality = 82

interface Decoder {
  decode(file: Uint8Array, keepsOrientation?: boolean): { data: Uint8ClampedArray } | null
}

interface Encoder {
  encode(pixels: Uint8ClampedArray, width: number, height: number, options: typeof defaultOptions): Uint8Array | null
}

type Factory<Codec> = (options: {
  noInitialRun: boolean
  printErr(text: string): void
  instantiateWasm(imports: WebAssembly.Imports, callback: (instance: WebAssembly.Instance) => void): WebAssembly.Exports
}) => Promise<Codec>

const isMemory = (exported: unknown): exported is WebAssembly.Memory => exported instanceof WebAssembly.Memory

/** A copy of a memory without the zeros at its end. */
const copyUsed = ({ buffer }: WebAssembly.Memory): Uint8Array => {
  const bytes = new Uint8Array(buffer)
  return bytes.slice(0, bytes.findLastIndex((byte) => byte !== 0) + 1)
}

/** A codec, and what makes its memory again what it was at first. */
const open = async <Codec>(factory: Factory<Codec>, module: WebAssembly.Module) => {
  let memory: WebAssembly.Memory | undefined
  const codec = await factory({
    noInitialRun: true,
    // What a library thinks of a stranger's file is for no log.
    printErr: () => {},
    instantiateWasm: (imports, callback) => {
      const instance = new WebAssembly.Instance(module, imports)
      memory = Object.values(instance.exports).find(isMemory)
      callback(instance)
      return instance.exports
    },
  })
  const initial = memory && copyUsed(memory)
  const reset = () => {
    if (!memory || !initial) return
    const bytes = new Uint8Array(memory.buffer)
    bytes.fill(0)
    bytes.set(initial)
  }
  return { codec, reset }
}

/**
 * Keeps a codec for the next picture: workerd takes back the memory of one that is dropped only when it likes. None finds
 * there anything of a picture before. After a failure nobody knows what it is like, so a new one takes its place.
 */
const keep = <Codec>(factory: Factory<Codec>, module: WebAssembly.Module) => {
  let kept: Awaited<ReturnType<typeof open<Codec>>> | undefined
  return async <Result>(work: (codec: Codec) => Result): Promise<Result> => {
    // Not after its use: what is used once, as in a process of its own, would touch memory for nothing.
    kept?.reset()
    kept ??= await open(factory, module)
    try {
      return work(kept.codec)
    } catch (error) {
      kept = undefined
      throw error
    }
  }
}

/**
 * Decoders hand a picture over by copying it out of their memory with the global Uint8ClampedArray, which for a photo is as
 * much again as they took themselves: more than a Worker may have. So for as long as one runs, and nothing else does, the
 * pixels are taken from where they are, and a copy of nothing is made.
 */
const withoutCopy = (decode: () => { data: Uint8ClampedArray } | null, take: TakePixels): boolean => {
  const { Uint8ClampedArray: original } = globalThis
  let isTaken: boolean | undefined
  globalThis.Uint8ClampedArray = new Proxy(original, {
    construct: (target, given) => {
      const [pixels] = given
      if (!(pixels instanceof Uint8Array)) return Reflect.construct(target, given)
      globalThis.Uint8ClampedArray = original
      isTaken = take(pixels)
      return new original(0)
    },
  })
  try {
    const decoded = decode()
    return decoded !== null && (isTaken ?? take(decoded.data))
  } finally {
    globalThis.Uint8ClampedArray = original
  }
}

/** Decoders of whole pictures, which say whether they could read one, and the encoder. */
export const createImageCodecs = ({ jpegDecoder, webpDecoder, webpEncoder }: ImageModules) => {
  const jpeg = keep<Decoder>(decodeJpeg, jpegDecoder)
  const webp = keep<Decoder>(decodeWebp, webpDecoder)
  const encoder = keep<Encoder>(encodeWebp, webpEncoder)
  return {
    // What a decoder throws says only that a file is damaged.
    decodeJpeg: (file: Uint8Array<ArrayBuffer>, take: TakePixels): Promise<boolean> =>
      jpeg((decoder) => withoutCopy(() => decoder.decode(file, false), take)).catch(() => false),
    decodeWebp: (file: Uint8Array<ArrayBuffer>, take: TakePixels): Promise<boolean> =>
      webp((decoder) => withoutCopy(() => decoder.decode(file), take)).catch(() => false),
    encodeWebp: (squares: Square[]): Promise<Uint8Array<ArrayBuffer>[]> =>
      encoder((codec) =>
        squares.map(({ edge, pixels }) => {
          const encoded = codec.encode(pixels, edge, edge, { ...defaultOptions, quality })
          if (!encoded) throw new Error('The encoder gave nothing.')
          return new Uint8Array(encoded)
        }),
      ),
  }
}

export type ImageCodecs = ReturnType<typeof createImageCodecs>
