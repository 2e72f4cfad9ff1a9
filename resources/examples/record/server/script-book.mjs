import { cachedTokens, countTokens } from './tokens.mjs'
import { idFor } from './ids.mjs'

// Finds the scripted reply for a request. A scene is { agent?, when, replies }: it is meant for the agent whose
// name the system prompt tells, and for the newest user message that holds `when`. Its replies follow each
// other: the one to give is the number of assistant messages since. So the server keeps no conversations,
// and workers that run at the same time cannot mix up their lines.
export class ScriptBook {
  constructor(scenes) {
    this.scenes = scenes
    this.refusals = new Map()
  }

  find(request) {
    const mine = this.scenes.filter((scene) => !scene.agent || request.system.includes(scene.agent))
    let answered = 0
    for (const message of [...request.messages].reverse()) {
      if (message.role === 'assistant') answered++
      if (message.role !== 'user') continue
      const scene = mine.find((candidate) => message.text.includes(candidate.when))
      if (scene) return this.reply(scene, answered, request)
    }
    return null
  }

  reply(scene, index, request) {
    const reply = scene.replies[index]
    if (!reply) return null
    const key = `${scene.agent ?? ''}/${scene.when}/${index}`
    const inputTokens = countTokens(request.size)
    const said = (reply.text ?? '') + JSON.stringify(reply.tools ?? '')
    const reasoningTokens = reply.reasoningTokens ?? 0
    return {
      ...reply,
      model: request.model,
      id: (prefix, ...more) => idFor(prefix, key, ...more),
      refusal: this.refusal(key, reply),
      usage: {
        input: inputTokens,
        cached: cachedTokens(inputTokens, reply.cached),
        reasoning: reasoningTokens,
        output: countTokens(said) + reasoningTokens,
      },
    }
  }

  // `refuse: { status, times }` answers the first requests with an error, so that a client has to try again.
  refusal(key, reply) {
    const given = this.refusals.get(key) ?? 0
    if (!reply.refuse || given >= (reply.refuse.times ?? 1)) return null
    this.refusals.set(key, given + 1)
    return reply.refuse
  }
}
