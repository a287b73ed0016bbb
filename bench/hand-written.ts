import postgres from 'postgres'

/** The least that could answer "who is this": one look-up by id, no framework, no authentication. */
const sql = postgres(process.argv[2] ?? '', { fetch_types: false })

const server = Bun.serve({
  port: 0,
  fetch: async (request) => {
    const id = request.url.slice(request.url.lastIndexOf('/') + 1)
    const [user] = await sql`select * from "user" where id = ${id}`
    return Response.json(user)
  },
})
console.log(server.url.origin)
