"""The cart's writes as Lua: each checks its limits and changes one hash in one step, on one slot.

A hash holds `v` version, `m` market, `e` expiry (ms), `o` owner, a field `l:<sku>` for each line and `s:<sku>` for each
line saved for later: `<quantity> <product_id> <seen price> <currency> <position>`. A coupon's code is a field
`c:<code>` with its position, a gift card a field `g:<hash of its code>`: `<position> <last four letters>`. Every script
answers {verdict, flat hash, expiry to note or 0, ...}; `n` is the expiry that was noted last. A cart whose lines move
to another one has that one's id in `t`, and counts as gone.
"""

# `who` is the owner's id, `*` for the browser that holds our cookie, or nothing for whoever knows the cart's id.
_OPEN = """
local function open(who)
  local found = redis.call('HMGET', KEYS[1], 'v', 'o', 't')
  return found[1] and not found[3] and (not found[2] or who == '*' or who == found[2])
end
local function count(prefix)
  local n = 0
  for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.sub(name, 1, 2) == prefix then n = n + 1 end
  end
  return n
end
"""

# The version is a clock that never goes back: a cart that Redis lost and that is made anew cannot repeat the version
# an order was placed from.
TOUCH = (
    _OPEN
    + """
local note = '0'
local function touch(now, seconds)
  local version = math.max(tonumber(redis.call('HGET', KEYS[1], 'v') or '0') + 1, now)
  local expires = now + seconds * 1000
  redis.call('HSET', KEYS[1], 'v', string.format('%.0f', version), 'e', string.format('%.0f', expires))
  -- The note is another command: an hour more or less is not worth one with every change.
  if expires - tonumber(redis.call('HGET', KEYS[1], 'n') or '0') > 3600000 then
    note = string.format('%.0f', expires)
    redis.call('HSET', KEYS[1], 'n', note)
  end
  -- Should the sweep miss it, the store itself forgets the cart a day later.
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', expires + 86400000))
  return version
end
"""
)

CREATE = (
    TOUCH
    + """
redis.call('HSET', KEYS[1], 'm', ARGV[3])
touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# ARGV: now ms, seconds, market, mode (add|set), sku, quantity, product id, seen price, currency, most units a line,
# most lines, make it if missing (1|0), who
PUT_LINE = (
    TOUCH
    + """
local makes = ARGV[12] == '1' and redis.call('EXISTS', KEYS[1]) == 0
if not makes and not open(ARGV[13]) then return {'missing', {}} end
local field = 'l:' .. ARGV[5]
local held = redis.call('HGET', KEYS[1], field)
local quantity, position = tonumber(ARGV[6]), nil
if held then
  local had
  had, position = string.match(held, '^(%d+) .* (%d+)$')
  if ARGV[4] == 'add' then quantity = quantity + tonumber(had) end
end
if quantity > tonumber(ARGV[10]) then return {'too_many', {}} end
if not held and quantity > 0 and count('l:') >= tonumber(ARGV[11]) then return {'full', {}} end
if quantity == 0 then
  if not held then return {'ok', redis.call('HGETALL', KEYS[1]), note} end
  redis.call('HDEL', KEYS[1], field)
end
local version = touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'm', ARGV[3]) end
if quantity > 0 then
  local value = {string.format('%.0f', quantity), ARGV[7], ARGV[8], ARGV[9], position or string.format('%.0f', version)}
  redis.call('HSET', KEYS[1], field, table.concat(value, ' '))
end
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# ARGV: now ms, seconds, field, what the gift card ends in ('' for a coupon), most codes, who
PUT_CODE = (
    TOUCH
    + """
if not open(ARGV[6]) then return {'missing', {}} end
if redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then
  if count('c:') + count('g:') >= tonumber(ARGV[5]) then return {'many_codes', {}} end
  local version = touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
  redis.call('HSET', KEYS[1], ARGV[3], string.format('%.0f', version) .. ' ' .. ARGV[4])
end
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# ARGV: now ms, seconds, field, who
REMOVE_CODE = (
    TOUCH
    + """
if not open(ARGV[4]) then return {'missing', {}} end
if redis.call('HDEL', KEYS[1], ARGV[3]) == 1 then touch(tonumber(ARGV[1]), tonumber(ARGV[2])) end
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# ARGV: now ms, seconds, the version to clear ('' for whatever it is), who. What is saved for later stays.
CLEAR = (
    TOUCH
    + """
if not open(ARGV[4]) then return {'missing', {}} end
local version = redis.call('HGET', KEYS[1], 'v')
if ARGV[3] ~= '' and ARGV[3] ~= version then return {'changed', {}} end
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.find(name, '^[lcg]:') then redis.call('HDEL', KEYS[1], name) end
end
touch(tonumber(ARGV[1]), tonumber(ARGV[2]))
return {'ok', redis.call('HGETALL', KEYS[1]), note}
"""
)

# ARGV: now ms. Deletes the cart; answers its later expiry instead where it was touched since that one was noted.
FORGET = """
local expires = redis.call('HGET', KEYS[1], 'e')
if not expires then return '0' end
if tonumber(expires) > tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'n', expires)
  return expires
end
redis.call('DEL', KEYS[1])
return '0'
"""

# On the sorted set of expiries. ARGV: now ms, limit. Takes the due ids off the set, so that two sweeps share the work.
TAKE_DUE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
if #due > 0 then redis.call('ZREM', KEYS[1], unpack(due)) end
return due
"""
