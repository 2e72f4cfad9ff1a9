import { EventStream, paceMs, pieces, sleep, thinkMs, wholeMs } from './pace.mjs'

// Here the input count leaves out what came from the cache or was written to it.
function usageOf({ usage, cacheWrite = 0 }) {
  const fresh = Math.max(1, usage.input - usage.cached - cacheWrite)
  return {
    input_tokens: fresh,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: usage.cached,
    output_tokens: usage.output,
    service_tier: 'standard',
  }
}

function blocksOf(reply) {
  const blocks = []
  if (reply.reasoning) blocks.push({ type: 'thinking', thinking: reply.reasoning, signature: reply.id('local-') })
  if (reply.text) blocks.push({ type: 'text', text: reply.text })
  for (const [index, [name, input]] of (reply.tools ?? []).entries()) {
    blocks.push({ type: 'tool_use', id: reply.id('toolu_', index), name, input })
  }
  return blocks
}

const stopOf = (reply) => (reply.tools?.length ? 'tool_use' : 'end_turn')

const messageOf = (reply, more) => ({
  id: reply.id('msg_'),
  type: 'message',
  role: 'assistant',
  model: reply.model,
  stop_sequence: null,
  ...more,
})

export async function answerWhole(reply, response) {
  await sleep(wholeMs(reply))
  const message = messageOf(reply, { content: blocksOf(reply), stop_reason: stopOf(reply), usage: usageOf(reply) })
  response.writeHead(200, { 'content-type': 'application/json', 'request-id': reply.id('req_') })
  response.end(JSON.stringify(message))
}

const streamedForm = {
  thinking: (block) => ({
    empty: { type: 'thinking', thinking: '', signature: '' },
    delta: (thinking) => ({ type: 'thinking_delta', thinking }),
    text: block.thinking,
    last: { type: 'signature_delta', signature: block.signature },
  }),
  text: (block) => ({
    empty: { type: 'text', text: '' },
    delta: (text) => ({ type: 'text_delta', text }),
    text: block.text,
  }),
  tool_use: (block) => ({
    empty: { ...block, input: {} },
    delta: (partial_json) => ({ type: 'input_json_delta', partial_json }),
    text: JSON.stringify(block.input),
  }),
}

export async function answerStreamed(reply, response) {
  const stream = new EventStream(response, { 'request-id': reply.id('req_') })
  const send = (event) => stream.send(event.type, event)
  const usage = usageOf(reply)
  await sleep(thinkMs(reply))
  const message = messageOf(reply, { content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } })
  send({ type: 'message_start', message })
  for (const [index, block] of blocksOf(reply).entries()) {
    const form = streamedForm[block.type](block)
    send({ type: 'content_block_start', index, content_block: form.empty })
    for (const piece of pieces(form.text)) {
      send({ type: 'content_block_delta', index, delta: form.delta(piece) })
      await sleep(paceMs(reply))
    }
    if (form.last) send({ type: 'content_block_delta', index, delta: form.last })
    send({ type: 'content_block_stop', index })
  }
  send({ type: 'message_delta', delta: { stop_reason: stopOf(reply), stop_sequence: null }, usage })
  send({ type: 'message_stop' })
  stream.end()
}
