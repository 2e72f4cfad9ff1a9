import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { generateText, isStepCount, streamText, tool } from 'ai'
import { z } from 'zod'
import { sleep } from '../server/pace.mjs'
import { listPolicies, shopTools } from './tools.mjs'

const pick = (tools, names) => Object.fromEntries(names.map((name) => [name, tools[name]]))

// Who works here, with which model, and with which tools.
function workersOf(models, tools) {
  const small = models.openai.chat('gpt-4o-mini')
  return {
    'order-agent': {
      model: small,
      about: 'Knows orders and payments',
      instructions: 'You are order-agent. Look up orders and how they were paid. Answer in two sentences.',
      tools: pick(tools, ['get_order', 'get_payments']),
    },
    'inventory-agent': {
      model: small,
      about: 'Knows what is in stock, finds alternatives, reserves',
      instructions:
        'You are inventory-agent. Check stock before you promise anything. Name article numbers. Reserve only when asked.',
      tools: pick(tools, ['check_stock', 'find_alternatives', 'find_parts', 'reserve_stock']),
    },
    'catalog-agent': {
      model: small,
      about: 'Searches the catalogue by words',
      instructions: 'You are catalog-agent. Find articles for a description. Try again when a search fails.',
      tools: pick(tools, ['search_catalog']),
    },
    'policy-agent': {
      model: models.anthropic('claude-sonnet-4-5-20250929'),
      about: 'Knows the rules for returns, refunds and business orders',
      instructions: 'You are policy-agent. Quote the rule that applies, with its id. Do not interpret beyond it.',
      tools: { list_policies: listPolicies, ...pick(tools, ['read_policy']) },
    },
    'shipping-agent': {
      model: models.openai.responses('gpt-4.1-mini'),
      streamed: true,
      about: 'Tracks parcels, makes labels, books pickups, quotes deliveries',
      instructions: 'You are shipping-agent. When a carrier or label service fails, wait for nothing: call it once more.',
      tools: pick(tools, ['track_parcel', 'create_return_label', 'book_pickup', 'get_quote']),
    },
    'refund-agent': {
      model: models.openai.responses('o4-mini'),
      streamed: true,
      about: 'Pays money back and tells the state of a refund',
      instructions: 'You are refund-agent. Refund what you are asked to refund, once. Report the refund number.',
      tools: pick(tools, ['issue_refund', 'get_refund']),
    },
  }
}

const common = (name, agent) => ({
  model: agent.model,
  instructions: agent.instructions,
  tools: agent.tools,
  stopWhen: isStepCount(8),
  // Retried here and not in the SDK, which would keep a failed attempt out of the trace.
  maxRetries: 0,
  telemetry: { isEnabled: true, functionId: name },
  ...(agent.model.modelId === 'o4-mini'
    ? { providerOptions: { openai: { reasoningEffort: 'medium', reasoningSummary: 'auto', store: false } } }
    : { temperature: 0.2 }),
})

async function textOf(name, agent, input) {
  if (!agent.streamed) return (await generateText({ ...common(name, agent), ...input })).text
  const result = streamText({ ...common(name, agent), ...input, onError: () => {} })
  return await result.text
}

// A worker that meets a rate limit starts over after the time the provider asked for.
async function runWorker(name, agent, request) {
  try {
    return await textOf(name, agent, { prompt: request })
  } catch (error) {
    if (error.statusCode !== 429) throw error
    await sleep(1000 * Number(error.responseHeaders['retry-after']))
    return textOf(name, agent, { prompt: request })
  }
}

function delegationsTo(workers) {
  const toolFor = ([name, agent]) => [
    `ask_${name.replace('-', '_')}`,
    tool({
      description: `${agent.about}. Give a complete request: the worker knows nothing of the conversation.`,
      inputSchema: z.object({ request: z.string() }),
      execute: ({ request }) => runWorker(name, agent, request),
    }),
  ]
  return Object.fromEntries(Object.entries(workers).map(toolFor))
}

export function supportManager({ modelUrl, shopUrl }) {
  const settings = { baseURL: `${modelUrl}/v1`, apiKey: 'not-a-key' }
  const models = { openai: createOpenAI(settings), anthropic: createAnthropic(settings) }
  const manager = {
    model: models.openai.chat('gpt-4.1'),
    streamed: true,
    instructions:
      'You are support-manager of a shop for kitchen goods. You talk to the customer and hand work to your workers; ' +
      'several at a time when the tasks do not depend on each other. Answer in the language of the customer, friendly ' +
      'and short. Never promise what no worker has confirmed. Amounts in EUR with two decimals. Dates as day and month.',
    tools: delegationsTo(workersOf(models, shopTools(shopUrl))),
  }
  return (messages) => textOf('support-manager', manager, { messages })
}
