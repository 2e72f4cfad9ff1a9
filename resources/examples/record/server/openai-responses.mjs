import { EventStream, paceMs, pieces, sleep, thinkMs, wholeMs } from './pace.mjs'

const usageOf = ({ usage }) => ({
  input_tokens: usage.input,
  input_tokens_details: { cached_tokens: usage.cached },
  output_tokens: usage.output,
  output_tokens_details: { reasoning_tokens: usage.reasoning },
  total_tokens: usage.input + usage.output,
})

// The items of one answer, in the order in which they are streamed.
function itemsOf(reply) {
  const items = []
  if (reply.reasoning) {
    const summary = [{ type: 'summary_text', text: reply.reasoning }]
    items.push({ type: 'reasoning', id: reply.id('rs_'), summary, encrypted_content: null })
  }
  if (reply.text) {
    const content = [{ type: 'output_text', text: reply.text, annotations: [] }]
    items.push({ type: 'message', id: reply.id('msg_'), role: 'assistant', status: 'completed', content })
  }
  for (const [index, [name, args]] of (reply.tools ?? []).entries()) {
    const ids = { id: reply.id('fc_', index), call_id: reply.id('call_', index) }
    items.push({ type: 'function_call', ...ids, name, arguments: JSON.stringify(args), status: 'completed' })
  }
  return items
}

const responseOf = (reply, status, output) => ({
  id: reply.id('resp_'),
  object: 'response',
  created_at: Math.floor(Date.now() / 1000),
  status,
  model: reply.model,
  output,
  incomplete_details: null,
  error: null,
  service_tier: 'default',
  ...(status === 'completed' && { usage: usageOf(reply) }),
})

export async function answerWhole(reply, response) {
  await sleep(wholeMs(reply))
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(responseOf(reply, 'completed', itemsOf(reply))))
}

// What an item looks like when it opens, and the deltas that fill it.
const streamedForm = {
  reasoning: (item) => ({
    empty: { ...item, summary: [] },
    opened: { type: 'response.reasoning_summary_part.added', summary_index: 0, part: { type: 'summary_text', text: '' } },
    delta: { type: 'response.reasoning_summary_text.delta', summary_index: 0 },
    closed: { type: 'response.reasoning_summary_part.done', summary_index: 0, part: item.summary[0] },
    text: item.summary[0].text,
  }),
  message: (item) => ({
    empty: { ...item, status: 'in_progress', content: [] },
    opened: { type: 'response.content_part.added', content_index: 0, part: { ...item.content[0], text: '' } },
    delta: { type: 'response.output_text.delta', content_index: 0, logprobs: [] },
    closed: { type: 'response.output_text.done', content_index: 0, text: item.content[0].text },
    text: item.content[0].text,
  }),
  function_call: (item) => ({
    empty: { ...item, status: 'in_progress', arguments: '' },
    delta: { type: 'response.function_call_arguments.delta' },
    closed: { type: 'response.function_call_arguments.done', arguments: item.arguments },
    text: item.arguments,
  }),
}

export async function answerStreamed(reply, response) {
  const stream = new EventStream(response)
  let sequence_number = 0
  const send = (event) => stream.send(event.type, { ...event, sequence_number: sequence_number++ })
  const items = itemsOf(reply)
  send({ type: 'response.created', response: responseOf(reply, 'in_progress', []) })
  await sleep(thinkMs(reply))
  for (const [output_index, item] of items.entries()) {
    const form = streamedForm[item.type](item)
    const place = { item_id: item.id, output_index }
    send({ type: 'response.output_item.added', output_index, item: form.empty })
    if (form.opened) send({ ...form.opened, ...place })
    for (const delta of pieces(form.text)) {
      send({ ...form.delta, ...place, delta })
      await sleep(paceMs(reply))
    }
    send({ ...form.closed, ...place })
    send({ type: 'response.output_item.done', output_index, item })
  }
  send({ type: 'response.completed', response: responseOf(reply, 'completed', items) })
  stream.end()
}
