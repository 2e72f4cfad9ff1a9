import { fixScene } from './fix.mjs'
import { overpaidScene, reportScene } from './follow-up.mjs'
import { surveyScenes } from './surveys.mjs'

// Almost all of a long prompt comes from the cache after the first request, and the newest part is written to it.
const withCache = (scene) => ({
  ...scene,
  replies: scene.replies.map((reply, index) => ({ cached: index ? 0.97 : 0.8, cacheWrite: 300 + 40 * index, ...reply })),
})

export const scenesFor = (shop) =>
  [fixScene(shop), reportScene(shop), overpaidScene(shop), ...surveyScenes(shop)].map(withCache)
