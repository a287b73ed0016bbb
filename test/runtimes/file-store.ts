/** A store that speaks as much of S3 as we do, in memory, and tells what is about to happen. It checks no signature. */
export interface FileStore extends AsyncDisposable {
  files: Map<string, Uint8Array>
  settings: Record<string, string>
  /** Is told of each request before it is done: `PUT avatars/…/64.webp`. What it waits for, the request waits for. */
  watch(watcher: (request: string) => void | Promise<void>): void
}

const bucket = 'postern-tests'

export const openFileStore = (): FileStore => {
  const files: FileStore['files'] = new Map()
  let watcher: Parameters<FileStore['watch']>[0] = () => {}
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      const key = new URL(request.url).pathname.replace(`/${bucket}/`, '')
      const bytes = await request.bytes()
      await watcher(`${request.method} ${key}`)
      if (request.method === 'PUT') files.set(key, bytes)
      if (request.method === 'DELETE') files.delete(key)
      if (request.method === 'PUT' || request.method === 'DELETE') return new Response()
      const file = files.get(key)
      return file ? new Response(file.slice()) : new Response(null, { status: 404 })
    },
  })
  return {
    files,
    settings: {
      S3_ENDPOINT: `http://127.0.0.1:${server.port}`,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: 'anybody',
      S3_SECRET_ACCESS_KEY: 'anything',
    },
    watch: (given) => {
      watcher = given
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
}
