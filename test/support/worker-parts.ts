import { readdirSync } from 'node:fs'

const rank = (part: string) => (part.endsWith('.wasm') ? 2 : part.startsWith('worker') ? 0 : 1)

/** What of a built Worker is uploaded: the script that is run first, then those that it imports, then WebAssembly. */
export const readParts = (folder: string): string[] =>
  readdirSync(folder)
    .filter((part) => /\.(js|wasm)$/.test(part))
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
