import { EventStream, paceMs, pieces, sleep, thinkMs, wholeMs } from './pace.mjs'

const usageOf = ({ usage }) => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
  prompt_tokens_details: { cached_tokens: usage.cached },
  completion_tokens_details: { reasoning_tokens: usage.reasoning },
})

const callsOf = (reply) =>
  (reply.tools ?? []).map(([name, args], index) => ({
    id: reply.id('call_', index),
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }))

const finishOf = (reply) => (reply.tools?.length ? 'tool_calls' : 'stop')

const headOf = (reply, object) => ({
  id: reply.id('chatcmpl-'),
  object,
  created: Math.floor(Date.now() / 1000),
  model: reply.model,
})

export async function answerWhole(reply, response) {
  await sleep(wholeMs(reply))
  const calls = callsOf(reply)
  const message = { role: 'assistant', content: reply.text ?? null, ...(calls.length && { tool_calls: calls }) }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({
      ...headOf(reply, 'chat.completion'),
      choices: [{ index: 0, message, finish_reason: finishOf(reply) }],
      usage: usageOf(reply),
    }),
  )
}

export async function answerStreamed(reply, response) {
  const stream = new EventStream(response)
  const head = headOf(reply, 'chat.completion.chunk')
  const send = (delta, finish_reason = null) =>
    stream.send(null, { ...head, choices: [{ index: 0, delta, finish_reason }] })
  await sleep(thinkMs(reply))
  send({ role: 'assistant', content: '' })
  for (const piece of pieces(reply.text ?? '')) {
    send({ content: piece })
    await sleep(paceMs(reply))
  }
  for (const [index, call] of callsOf(reply).entries()) {
    send({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: '' } }] })
    for (const piece of pieces(call.function.arguments)) {
      send({ tool_calls: [{ index, function: { arguments: piece } }] })
      await sleep(paceMs(reply))
    }
  }
  send({}, finishOf(reply))
  stream.send(null, { ...head, choices: [], usage: usageOf(reply) })
  stream.send(null, '[DONE]')
  stream.end()
}
