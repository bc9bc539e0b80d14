-- The generic cell rate algorithm, in microseconds of Redis' own clock, so that the clocks of those who ask do not
-- matter. KEYS[1]: who; ARGV: the interval between two requests, and how many may come at once.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local interval = tonumber(ARGV[1])
local burst = interval * tonumber(ARGV[2])
-- When the next request would be due if they came evenly.
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = due + interval
local wait = after - burst - now
if wait > 0 then
  return {0, 0, due - now, wait}
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return {1, math.floor((burst - (after - now)) / interval), after - now, 0}
