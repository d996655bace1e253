"""Lua that moves lines: from one cart into another, from the mirror into the store, or between a cart and its saved."""

from orders.carts.scripts import TOUCH

# ARGV: now ms, seconds, owner, market, version of the mirror, then fields and values. Changes no cart that is there.
RESTORE = (
    TOUCH
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], 'v', ARGV[5], 'o', ARGV[3], 'm', ARGV[4])
  for i = 6, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
  touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
end
if not open(ARGV[3]) then return {'missing', {}} end
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# ARGV: the cart that the lines go to, who. From here on nothing can be put into this cart; a second call for the same
# target gets the same lines.
HAND_OVER = (
    TOUCH
    + """
local target = redis.call('HGET', KEYS[1], 't')
if target ~= ARGV[1] and not open(ARGV[2]) then return {'missing', {}} end
redis.call('HSET', KEYS[1], 't', ARGV[1])
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# KEYS: the cart, the receipt of what is merged. ARGV: now ms, seconds, who, most lines, most saved, most codes, keep a
# receipt (1|0), number of lines, then for each line: field, the most it may become, value; then fields to copy.
# Adds {field, quantity there would be, quantity there is} for each line that is fewer than both carts held.
MERGE = (
    TOUCH
    + """
if not open(ARGV[3]) then return {'missing', {}} end
if ARGV[7] == '1' and not redis.call('SET', KEYS[2], '1', 'NX', 'EX', 86400) then
  return {'ok', redis.call('HGETALL', KEYS[1]), note, 'before', {}}
end
local version = touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
local function room(prefix, most) return count(prefix) < tonumber(most) end
local short, last = {}, 8 + tonumber(ARGV[8]) * 3
for i = 9, last, 3 do
  local field, most = ARGV[i], tonumber(ARGV[i + 1])
  local wanted, rest = string.match(ARGV[i + 2], '^(%d+) (.*) %d+$')
  local held = redis.call('HGET', KEYS[1], field)
  local position = string.format('%.0f', version + i)
  local sum, fits = tonumber(wanted), true
  if held then
    local had
    had, rest, position = string.match(held, '^(%d+) (.*) (%d+)$')
    sum = sum + tonumber(had)
  else
    fits = room('l:', ARGV[4])
  end
  local got = fits and math.min(sum, most) or 0
  if got > 0 then redis.call('HSET', KEYS[1], field, string.format('%.0f', got) .. ' ' .. rest .. ' ' .. position) end
  if got < sum then table.insert(short, {field, sum, got}) end
end
for i = last + 1, #ARGV, 2 do
  local fits
  if string.sub(ARGV[i], 1, 2) == 's:' then fits = room('s:', ARGV[5])
  else fits = count('c:') + count('g:') < tonumber(ARGV[6]) end
  if fits then
    redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return {'ok', redis.call('HGETALL', KEYS[1]), note, 'now', short}
"""
)

# ARGV: now ms, seconds, who, SKU, from prefix, to prefix ('' forgets the line), most units a line, most lines there.
MOVE_LINE = (
    TOUCH
    + """
if not open(ARGV[3]) then return {'missing', {}} end
local field = ARGV[5] .. ARGV[4]
local held = redis.call('HGET', KEYS[1], field)
if not held then return {'ok', redis.call('HGETALL', KEYS[1]), note} end
if ARGV[6] ~= '' then
  local target = ARGV[6] .. ARGV[4]
  local there = redis.call('HGET', KEYS[1], target)
  if not there and count(ARGV[6]) >= tonumber(ARGV[8]) then return {'full', {}} end
  local quantity, rest = string.match(held, '^(%d+) (.*)$')
  local sum = math.min(tonumber(quantity) + tonumber(there and string.match(there, '^(%d+) ') or 0), tonumber(ARGV[7]))
  redis.call('HSET', KEYS[1], target, string.format('%.0f', sum) .. ' ' .. rest)
end
redis.call('HDEL', KEYS[1], field)
touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)
