/** A collector that takes everything and keeps nothing, in a process of its own, as one would run elsewhere. */
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: async (request) => {
    await request.arrayBuffer()
    return Response.json({})
  },
})
console.log(server.url.href)
