// Two questions: one needs two tool calls at once, the other meets a station that is out of order and asks again.
export const scenes = [
  {
    when: 'umbrella',
    replies: [
      {
        think: 1100,
        text: 'I look at both cities.',
        tools: [['get_weather', { city: 'Paris' }], ['get_weather', { city: 'Oslo' }]],
      },
      {
        think: 1300,
        text: 'Take an umbrella to Oslo: 7 degrees and rain. Paris stays dry with 14 degrees and some clouds.',
      },
    ],
  },
  {
    when: 'warmest',
    replies: [
      { think: 1000, tools: [['get_weather', { city: 'Lima' }], ['get_weather', { city: 'Porto' }]] },
      { think: 900, text: 'The station in Lima did not answer, I ask again.', tools: [['get_weather', { city: 'Lima' }]] },
      { think: 1200, text: 'Lima is the warmest: 21 degrees, against 17 in Porto.' },
    ],
  },
]
