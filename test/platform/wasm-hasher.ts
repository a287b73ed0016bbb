import { mock } from 'bun:test'
import { fileURLToPath } from 'node:url'

// Workers compile the module ahead of time; here it is compiled by hand.
const wasmFile = fileURLToPath(import.meta.resolve('@phi-ag/argon2/argon2.wasm'))
const compiled = await WebAssembly.compile(await Bun.file(wasmFile).arrayBuffer())
mock.module('@phi-ag/argon2/argon2.wasm', () => ({ default: compiled }))

/** The hasher of Workers. */
export const { createWasmHasher } = await import('#platform/argon2-wasm')
