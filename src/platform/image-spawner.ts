import { fileURLToPath } from 'node:url'
import type { ImageRenderer, RenderedAvatar } from '#core/images'
import { retryAfter } from '#core/problem'
import { overloaded } from '#core/problems'
import { createHashGate } from './hash-gate'
import { readRendered } from './rendered-avatar'

const script = fileURLToPath(new URL('./image-process.ts', import.meta.url))

/** The word by which the single binary does what the script does, which is a file nowhere then. */
export const renderImageWord = 'render-image'

const ownCommand = Bun.isStandaloneExecutable
  ? [process.execPath, renderImageWord]
  : [process.execPath, '--no-env-file', script]

/** None of our settings. The last tier of compiling WebAssembly takes 10 MiB and is not worth it for one image. */
const environment = { BUN_JSC_useOMGJIT: 'false' }

export interface ImageSpawnerOptions {
  /** How many more may wait while one is rendered; the next caller gets a 503. */
  waiting?: number
  /** After this long an image counts as damaged. */
  deadlineMs?: number
  /** What is run, for tests. */
  command?: string[]
}

/**
 * Renders each image in a process of its own, one at a time: whatever a decoder does, it blocks nobody, ends with its
 * deadline, sees no secret, and gives all of its memory back. Throws `overloaded` past what may wait.
 */
export const createImageSpawner = ({
  waiting = 2,
  deadlineMs = 15_000,
  command = ownCommand,
}: ImageSpawnerOptions = {}): ImageRenderer => {
  const gate = createHashGate({ concurrent: 1, waiting })
  const run = async (image: Uint8Array<ArrayBuffer>): Promise<RenderedAvatar> => {
    const started = Bun.spawn(command, {
      env: environment,
      stdin: image,
      stdout: 'pipe',
      stderr: 'ignore',
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
    })
    const text = await new Response(started.stdout).text()
    await started.exited
    return started.exitCode === 0 ? readRendered(text) : { ok: false, fault: 'damaged' }
  }
  return {
    renderAvatar: (image) =>
      gate(() =>
        run(image).catch((cause) => {
          throw overloaded({ ...retryAfter(2), cause })
        }),
      ),
  }
}
