/** How a receiver behaves from now on. What it takes it keeps, whether or not its answer arrives. */
export type ReceiverBehaviour =
  | { mode: 'ok' }
  /** Takes the call and answers so. */
  | { mode: 'status'; status: number }
  /** Answers after so long. */
  | { mode: 'slow'; ms: number }
  /** Nobody listens; the next behaviour listens again on the same port. */
  | { mode: 'dead' }

export interface ReceivedCall {
  headers: Record<string, string>
  body: string
}

/** An HTTP server on a port of 127.0.0.1 that takes webhooks. */
export const startWebhookReceiver = () => {
  const calls: ReceivedCall[] = []
  let behaviour: ReceiverBehaviour = { mode: 'ok' }
  const listen = (port: number) =>
    Bun.serve({
      port,
      hostname: '127.0.0.1',
      fetch: async (request) => {
        const now = behaviour
        const call = { headers: Object.fromEntries(request.headers), body: await request.text() }
        if (now.mode === 'slow') await Bun.sleep(now.ms)
        if (now.mode !== 'status') calls.push(call)
        return new Response(null, { status: now.mode === 'status' ? now.status : 204 })
      },
    })
  let server: ReturnType<typeof listen> | undefined = listen(0)
  const port = server.port ?? 0
  const silence = async () => {
    await server?.stop(true)
    server = undefined
  }
  return {
    url: `http://127.0.0.1:${port}/audit`,
    /** Calls that it took, oldest first. */
    calls: () => [...calls],
    behave: async (next: ReceiverBehaviour) => {
      behaviour = next
      if (next.mode === 'dead') await silence()
      else server ??= listen(port)
    },
    stop: silence,
  }
}
