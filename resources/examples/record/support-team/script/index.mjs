import { filterScenes } from './filter.mjs'
import { mugScenes } from './mugs.mjs'
import { parcelScenes } from './parcel.mjs'
import { refundScenes } from './refund.mjs'

export const scenes = [...refundScenes, ...parcelScenes, ...filterScenes, ...mugScenes]
