import { renderImageWord } from '#platform/image-spawner'

/** What the single binary does by its first word, beside the operator's commands. */
const [word] = process.argv.slice(2)

if (word === 'serve') await import('./bun')
else if (word === renderImageWord) await import('#platform/image-process')
else if (word === 'check-health') await checkHealth()
else await import('./cli')

/** For a container's health check, where there is no shell: 0 if the server on this machine lives, else 1. */
async function checkHealth(): Promise<void> {
  const address = `http://127.0.0.1:${process.env.PORT ?? 3000}/health/live`
  const answer = await fetch(address, { signal: AbortSignal.timeout(3000) }).catch(() => undefined)
  process.exit(answer?.ok ? 0 : 1)
}
