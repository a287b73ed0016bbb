import { createNativeHasher } from '#platform/argon2-native'
import { password } from '../test/runtimes/account'
import { rateOf } from './rate'

/** Hashes as the server does and does nothing else: for each line that it reads it prints how many a second. */
const hasher = await createNativeHasher()

for await (const _ of console) console.log(await rateOf(async () => (await hasher.hash(password)) !== ''))
