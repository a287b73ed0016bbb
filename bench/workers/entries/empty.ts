/** What any Worker costs, whatever is in it. */
export default { fetch: (): Response => new Response('live') }
