"""Ready on the day: prior knowledge, the deadline programme, the forecast. Pure; the only room that needs numpy always.

    scope, answers, days → believe(…) → make_plan(…) → Plan

`belief` says what is known of the person and the cards, `programme` what an answer gains at given prices of the days'
minutes, `prices` finds these prices, `flow` follows the cards through the days, `forecast` makes the promise,
`informative` picks the reviews that tell most of the memory.
"""
