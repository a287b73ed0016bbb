import { createNativeHasher } from '#platform/argon2-native'
import { password } from '../../test/runtimes/account'

/** Hashes as the server does and does nothing else: for each line, which says for how many seconds, it prints how many and in what time. */
const hasher = await createNativeHasher()
/** More than there are cores, so that none waits for the next. */
const atOnce = 16

for await (const seconds of console) {
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 1000
  let done = 0
  const run = async () => {
    while (elapsed() < Number(seconds)) {
      await hasher.hash(password)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, run))
  console.log(JSON.stringify({ done, seconds: elapsed() }))
}
