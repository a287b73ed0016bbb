/** Serves on a free port of this machine, and tells who started it where. */
export const announce = (fetch: (request: Request) => Response | Promise<Response>): void => {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch })
  console.log(`http://127.0.0.1:${server.port}`)
}
