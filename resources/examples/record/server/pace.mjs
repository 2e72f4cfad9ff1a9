export const sleep = (ms) => new Promise((done) => setTimeout(done, ms))

// Cuts a text into pieces of a few words, as providers stream it.
export function pieces(text, wordsPerPiece = 3) {
  const words = text.match(/\S+\s*|\s+/g) ?? []
  const out = []
  for (let i = 0; i < words.length; i += wordsPerPiece) out.push(words.slice(i, i + wordsPerPiece).join(''))
  return out
}

// How long a reply takes: `think` until the first token, then `pace` for every piece that follows.
export const thinkMs = (reply) => reply.think ?? 900
export const paceMs = (reply) => reply.pace ?? 70

// An answer that is not streamed arrives when the streamed one would have ended.
export function wholeMs(reply) {
  const said = (reply.text ?? '') + JSON.stringify(reply.tools ?? [])
  return thinkMs(reply) + pieces(said).length * paceMs(reply)
}

export class EventStream {
  constructor(response, headers = {}) {
    this.response = response
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...headers })
  }

  // `event` is null for dialects that send data lines alone.
  send(event, data) {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    this.response.write((event ? `event: ${event}\n` : '') + `data: ${text}\n\n`)
  }

  end() {
    this.response.end()
  }
}
